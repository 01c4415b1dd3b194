#include "run_deaths.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/checkpoint_file.hpp>
#include <cohort/study/run_executor.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace cohort {
namespace {

constexpr const char* kOwn = "own";
constexpr const char* kExtension = ".deaths";

}  // namespace

void RunDeaths::note(const Study& study, const Run& run, Of of) const noexcept {
  try {
    std::filesystem::create_directories(folder_);
    std::ofstream file(path_of(run), std::ios::app);
    file << saved_updates(study, run) << ' ' << (of == Of::own_worker ? kOwn : "job") << '\n';
  } catch (const std::exception&) {
  }
}

int RunDeaths::n_if_given_up(const Study& study, const Run& run) const {
  const Counts n = counts(study, run);
  return n.own >= tries_ || n.all > tries_ ? n.all : 0;
}

std::set<std::size_t> RunDeaths::suspects(const Study& study, const Design& design) const {
  std::set<std::string> keys;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == kExtension) keys.insert(entry->path().stem().string());
  std::set<std::size_t> runs;
  for (std::size_t run = 0; !keys.empty() && run < design.size(); ++run) {
    const Run own = design[run];
    if (keys.contains(own.key) && counts(study, own).all > 0) runs.insert(run);
  }
  return runs;
}

std::string RunDeaths::path_of(const Run& run) const { return folder_ + "/" + run.key + kExtension; }

void RunDeaths::forget(const Run& run) const noexcept { ::unlink(path_of(run).c_str()); }

/// Updates of the run that were saved; 0 where nothing of use was.
long long RunDeaths::saved_updates(const Study& study, const Run& run) const {
  try {
    const auto kept = CheckpointFile(folder_ + "/" + run.key, identity_under_way(study, run)).read();
    return kept ? kept->state.update : 0;
  } catch (const std::exception&) {
    return 0;
  }
}

RunDeaths::Counts RunDeaths::counts(const Study& study, const Run& run) const {
  Counts n;
  std::ifstream file(path_of(run));
  if (!file) return n;
  const long long saved = saved_updates(study, run);
  long long updates = 0;
  for (std::string of; file >> updates >> of;) {
    if (updates != saved) continue;
    ++n.all;
    n.own += of == kOwn;
  }
  return n;
}

}  // namespace cohort
