#include <cohort/store/verification.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/checkpoint_file.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/value_checksums.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>

namespace cohort {
namespace {

/// "level 1, run 3, other_run 5"
std::string place_text(const std::vector<std::string>& axes, const Extent& place) {
  std::vector<std::string> words;
  for (std::size_t axis = 0; axis < place.size(); ++axis)
    words.push_back(fmt::format("{} {}", axis < axes.size() ? axes[axis] : "index", place[axis]));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// One results file.
class Look {
 public:
  explicit Look(const std::string& path) : path_(path), file_(ResultsFile::open_serial(path)), keys_(keys()) {}

  Verification all() {
    look_at_runs();
    for (const std::string& dataset : damaged_constants(file_))
      found_.broken.push_back(
          {fmt::format("{}: its checksum is wrong: not what was written when the file was made", dataset)});
    look_at_values();
    look_at_analyses();
    look_beside();
    return std::move(found_);
  }

 private:
  /// Of the runs; empty when they cannot be read, which the checksum of /design/key then tells.
  std::vector<std::string> keys() {
    try {
      return file_.read_text("/design/key");
    } catch (const UserError&) {
      return {};
    }
  }

  std::string key_of(std::size_t run) const { return run < keys_.size() ? keys_[run] : "unknown"; }

  void look_at_runs() {
    const RunTable table(file_);
    const auto codes = file_.read<std::uint8_t>("/state/status");
    const auto status = table.read_status();
    const auto finished = table.finished();
    found_.n_runs = status.size();
    for (std::size_t run = 0; run < status.size(); ++run) {
      found_.n_whole += finished[run];
      found_.n_pending += status[run] == RunStatus::pending;
      found_.n_failed += status[run] == RunStatus::failed;
      if (codes[run] > static_cast<std::uint8_t>(RunStatus::failed))
        found_.broken.push_back(
            {fmt::format("run {}: /state/status holds {}, which is none (key {}); it will be "
                         "trained again by the next `cohort run`",
                         run, codes[run], key_of(run))});
      const bool claims = status[run] == RunStatus::done || status[run] == RunStatus::diverged;
      if (claims && !finished[run])
        found_.broken.push_back(
            {fmt::format("run {}: its checksum is wrong: something of its row in {} is not what "
                         "was written (key {}); it will be trained again by the next `cohort run`",
                         run, groups_of_rows(), key_of(run))});
    }
  }

  std::string groups_of_rows() const {
    std::vector<std::string> groups{"/state"};
    for (const char* group : {"/curves", "/snapshots", "/networks"})
      if (file_.has(group)) groups.emplace_back(group);
    return fmt::format("{}", fmt::join(groups, ", "));
  }

  void look_at_values() {
    for (const DamagedValues& damaged : damaged_values(file_)) {
      const std::vector<std::string> axes = file_.axes(damaged.made_from);
      std::vector<std::string> places;
      for (const Extent& place : damaged.first) places.push_back(place_text(axes, place));
      found_.broken.push_back(
          {fmt::format(
               "{}: {} of its results have a wrong checksum ({}{}{}); the next `cohort run` computes them again",
               damaged.made_from, damaged.n, fmt::join(places, "; "), damaged.n > damaged.first.size() ? "; ..." : "",
               keys_at(axes, damaged.first)),
           damaged.n});
    }
  }

  /// "; keys 01ab, 02cd" of the runs at the first place.
  std::string keys_at(const std::vector<std::string>& axes, const std::vector<Extent>& places) const {
    std::vector<std::string> keys;
    for (std::size_t axis = 0; !places.empty() && axis < places.front().size(); ++axis)
      if (axis < axes.size() && axes[axis].ends_with("run")) keys.push_back(key_of(places.front()[axis]));
    if (keys.empty()) return "";
    return fmt::format("; key{} {}", keys.size() == 1 ? "" : "s", fmt::join(keys, ", "));
  }

  void look_at_analyses() {
    for (const AnalysisState& state : AnalysisLog(file_).states()) {
      if (state.n_items < 0) found_.open.push_back(fmt::format("{}: not begun", state.name));
      if (state.n_items > state.n_done)
        found_.open.push_back(
            fmt::format("{}: {} of {} items done, {} failed", state.name, state.n_done, state.n_items, state.n_failed));
    }
  }

  /// What jobs leave beside a file when they die.
  void look_beside() {
    if (std::filesystem::exists(path_ + ".partial"))
      found_.open.push_back(path_ + ".partial: left by a job that died while it made or changed the file; delete it");
    if (const LeaseHolder holder = lease_holder(path_); holder.pid != 0 && !holder.over.empty())
      found_.open.push_back(
          fmt::format("{}.lease: of a job that died ({}, process {} on {}); the next one takes it over", path_,
                      holder.over, holder.pid, holder.host));
    if (std::filesystem::exists(path_ + ".stop"))
      found_.open.push_back(path_ + ".stop: keeps jobs from starting; delete it");
    look_at_runs_under_way();
    look_at_kept_states();
  }

  void look_at_runs_under_way() {
    const std::set<std::string> known(keys_.begin(), keys_.end());
    for (const std::string& path : files_in(path_ + ".running")) {
      const std::string name = std::filesystem::path(path).filename().string();
      if (name.ends_with(".new"))
        found_.open.push_back(path + ": left by a job that died while it saved a run");
      else if (!known.contains(name))
        found_.open.push_back(path + ": a saved run that is none of this file; delete it");
      else
        look_at_saved(path);
    }
  }

  void look_at_kept_states() {
    for (const std::string& folder : files_in(path_ + ".states"))
      for (const std::string& path : files_in(folder)) look_at_saved(path);
  }

  void look_at_saved(const std::string& path) {
    try {
      CheckpointFile(path, "").read_any();
    } catch (const RunError& error) {
      found_.broken.push_back({fmt::format("{} {}; its run begins anew", path, error.what())});
    }
  }

  static std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      paths.push_back(entry->path().string());
    std::ranges::sort(paths);
    return paths;
  }

  std::string path_;
  ResultsFile file_;
  std::vector<std::string> keys_;
  Verification found_;
};

}  // namespace

std::size_t Verification::n_broken() const {
  return std::accumulate(broken.begin(), broken.end(), std::size_t{0},
                         [](std::size_t sum, const Broken& one) { return sum + one.n; });
}

Verification verify_results(const std::string& path) {
  try {
    return Look(path).all();
  } catch (const UserError&) {
    throw;
  } catch (const std::exception& error) {  // of HDF5, or of memory for sizes that nobody wrote
    throw UserError("damaged", fmt::format("its structure cannot be read: {}", error.what()), "Restore it from a copy.",
                    {path});
  }
}

}  // namespace cohort
