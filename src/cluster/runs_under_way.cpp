#include "runs_under_way.hpp"

#include <cohort/cluster/broadcast.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/checkpoint_file.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>

namespace cohort {
namespace {

bool is_key(const std::string& name) {
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Names in a folder; none when it cannot be read.
std::vector<std::string> names_in(const std::string& folder) noexcept {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  return names;
}

/// Keeps one run in its file, and in another one when it has ended.
class FileKeeper final : public RunKeeper {
 public:
  /// `ended`: none when its study keeps no such states.
  FileKeeper(CheckpointFile file, bool is_there, std::optional<CheckpointFile> ended,
             std::chrono::duration<double> every)
      : file_(std::move(file)), ended_(std::move(ended)), is_there_(is_there), every_(every) {}

  std::optional<RunUnderWay> kept() override { return is_there_ ? read(file_) : std::nullopt; }
  std::optional<RunUnderWay> ended() override { return ended_ ? read(*ended_) : std::nullopt; }

  void refuse(const std::string& why) override {
    log(LogLevel::warning, fmt::format("{} {}; its run begins anew", last_read_, why));
  }

  bool is_due() override { return Clock::now() - last_ >= std::max(every_, 100 * cost_); }

  void keep(const std::function<RunUnderWay()>& run) override {
    const auto begin = Clock::now();
    try {
      file_.write(run());
      is_there_ = true;
    } catch (const std::exception& error) {
      log(LogLevel::warning, fmt::format("{}; the run goes on, but would be lost when the job stops", error.what()));
    }
    last_ = Clock::now();
    cost_ = last_ - begin;
  }

  void keep_ended(const std::function<RunUnderWay()>& run) override {
    try {
      if (ended_) ended_->write(run());
    } catch (const std::exception& error) {
      log(LogLevel::warning, fmt::format("{}; the run cannot go on when the study has more updates", error.what()));
    }
  }

  void forget() override {
    if (is_there_) file_.remove();
  }

 private:
  std::optional<RunUnderWay> read(const CheckpointFile& file) {
    last_read_ = file.path();
    try {
      return file.read();
    } catch (const RunError& error) {
      refuse(error.what());
    }
    return std::nullopt;
  }

  using Clock = std::chrono::steady_clock;
  CheckpointFile file_;
  std::optional<CheckpointFile> ended_;
  std::string last_read_;
  bool is_there_;
  std::chrono::duration<double> every_, cost_{0};
  Clock::time_point last_ = Clock::now();
};

}  // namespace

RunsUnderWay::RunsUnderWay(const std::string& results_path, std::chrono::duration<double> every)
    : folder_(results_path + ".running"), kept_states_(results_path), every_(every) {}

void RunsUnderWay::find(const Design& design, const std::vector<bool>& finished, MPI_Comm comm) {
  std::string text;
  together(comm, [&] {
    if (rank_of(comm) != 0) return;
    n_to_go_on_ = kept_states_.n_to_go_on(design, finished);
    std::set<std::string> keys;
    for (const std::string& name : names_in(folder_))
      if (is_key(name)) keys.insert(name);
    if (keys.empty()) return;
    for (std::size_t run = 0; run < design.size(); ++run) {
      const std::string key = design[run].key;
      if (!keys.contains(key)) continue;
      if (finished[run]) CheckpointFile(path_of(key), "").remove();
      if (!finished[run]) text += key + "\n";
    }
  });
  broadcast(comm, text);
  std::istringstream lines(text);
  found_.clear();
  for (std::string key; std::getline(lines, key);) found_.insert(key);
}

std::unique_ptr<RunKeeper> RunsUnderWay::keeper_of(const Study& study, const Run& run) const {
  std::optional<CheckpointFile> ended;
  if (study.training.keep_state) ended = kept_states_.file_of(study, run);
  return std::make_unique<FileKeeper>(CheckpointFile(path_of(run.key), identity_under_way(study, run)),
                                      found_.contains(run.key), std::move(ended), every_);
}

void RunsUnderWay::clear(const std::set<std::string>& but) const noexcept {
  std::error_code none;
  for (const std::string& name : names_in(folder_)) {
    const std::string key = name.substr(0, name.find('.'));
    if ((is_key(key) && !but.contains(key)) || name.starts_with("lost-")) std::filesystem::remove(path_of(name), none);
  }
  std::filesystem::remove(folder_, none);  // unless something is left there
}

}  // namespace cohort
