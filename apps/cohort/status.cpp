#include "commands.hpp"
#include "status_json.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/report/effect_sentences.hpp>
#include <cohort/report/effects_picture.hpp>
#include <cohort/report/job_progress.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/report/write_file.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/results_file.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <unistd.h>

namespace cohort::app {
namespace {

void draw_effects(ResultsFile& file, const std::string& path) {
  if (!path.ends_with(".png") && !path.ends_with(".svg"))
    throw UserError(fmt::format("{} is no picture", path), "its name ends neither in .png nor in .svg");
  write_file(path, effects_picture(effects_of(file), path.ends_with(".svg") ? PictureFormat::svg : PictureFormat::png));
}

struct Arguments {
  std::string results, picture;
  double watch = 0;  ///< seconds between two looks; 0: one look
  bool as_json = false, is_exit_code = false;
};

double unix_now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// Nothing of the study is left to do.
bool is_complete(const StudyProgress& progress) {
  const bool analysed = std::ranges::all_of(progress.analyses, [](const AnalysisState& state) {
    return state.n_items >= 0 && state.n_done + state.n_failed >= state.n_items;
  });
  return progress.n_runs_of(RunStatus::pending) == 0 && analysed;
}

bool is_at_work(const LeaseHolder& holder) { return holder.pid != 0 && holder.over.empty(); }

std::string holder_text(const LeaseHolder& holder) {
  if (holder.pid == 0) return "";
  const std::string process =
      fmt::format("process {} on {}{}", holder.pid, holder.host, holder.job.empty() ? "" : ", job " + holder.job);
  if (!is_at_work(holder))
    return fmt::format("no job works on it: {} left without a word ({})\n", process, holder.over);
  return fmt::format("a job works on it: {}\n  last sign of life {:.0f} s ago\n", process, std::max(holder.age, 0.0));
}

/// Runs that a job which is gone had begun and saved.
std::string saved_text(const std::string& results) {
  std::size_t n = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(results + ".running", error), end; !error && entry != end;
       entry.increment(error))
    n += entry->path().filename().string().size() == 32;  // a key
  return n == 0 ? ""
                : fmt::format("  {} run{} under way {} saved in {}.running\n", n, n == 1 ? "" : "s",
                              n == 1 ? "is" : "are", results);
}

/// Prints how far it is. False when there is nothing more to watch.
bool print_status(const Arguments& arguments) {
  ResultsFile file = ResultsFile::open_serial(arguments.results);
  const StudyProgress progress = progress_of(file);
  const LeaseHolder holder = lease_holder(arguments.results);
  const auto states = RunTable(file).read_states();
  std::string text = fmt::format("{}: {}{}{}", progress.title, status_text(progress), holder_text(holder),
                                 segments_text(progress.segments));
  if (!progress.segments.empty()) {
    // Whoever died without a word has no end: what it did is counted until its last sign of life.
    const double now = unix_now() - (is_at_work(holder) || holder.pid == 0 ? 0 : holder.age);
    text += job_text(job_progress(states, progress.segments.back(), now), now);
  }
  text += saved_text(arguments.results);
  if (!is_complete(progress)) {
    const std::string table = level_table(level_progress(file, states));
    if (!table.empty()) text += "\n" + table;
  }
  const std::string effects = effect_sentences(effects_of(file));
  if (!effects.empty()) text += "\n" + effects;
  fmt::print("{}", text);
  std::fflush(stdout);
  return is_at_work(holder) && !is_complete(progress);
}

/// How the newest job on the file ended, as its own exit code says: where a launcher hides that, and after a job that
/// died.
int exit_code_of_job(const std::string& results) {
  ResultsFile file = ResultsFile::open_serial(results);
  const StudyProgress progress = progress_of(file);
  if (progress.segments.empty() || is_at_work(lease_holder(results))) return kStoppedEarly;
  const Segment& last = progress.segments.back();
  if (std::isfinite(last.ended) && last.reason.starts_with("error:")) return kUserError;
  if (!std::isfinite(last.ended) || last.reason != "finished") return kStoppedEarly;
  return progress.n_runs_of(RunStatus::failed) > 0 || !progress.failures.empty() ? kSomeFailed : kAllDone;
}

int status(const Arguments& arguments) {
  if (arguments.as_json) {
    fmt::print("{}\n", status_json(arguments.results, unix_now()));
    return arguments.is_exit_code ? exit_code_of_job(arguments.results) : kAllDone;
  }
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  if (arguments.watch > 0 && is_terminal) fmt::print("\x1b[H\x1b[2J");
  while (print_status(arguments) && arguments.watch > 0) {
    std::this_thread::sleep_for(std::chrono::duration<double>(arguments.watch));
    fmt::print("{}", is_terminal ? "\x1b[H\x1b[2J" : "\n");
  }
  if (!arguments.picture.empty()) {
    ResultsFile file = ResultsFile::open_serial(arguments.results);
    draw_effects(file, arguments.picture);
  }
  return arguments.is_exit_code ? exit_code_of_job(arguments.results) : kAllDone;
}

}  // namespace

Command add_status(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"status",
                                        "progress of a results file, also while its job runs",
                                        {"cohort status results.h5", "cohort status results.h5 --watch 10",
                                         "cohort status results.h5 --picture effects.svg"},
                                        {{kAllDone, "the file could be read, however far it is"},
                                         {kSomeFailed, "--exit-code: the newest job finished, but something failed"},
                                         {kStoppedEarly, "--exit-code: it stopped early, died, or is at work"}}});
  words->add_option("RESULTS", arguments->results, "results file (HDF5)")->required();
  words->add_option("--picture", arguments->picture, "draw what the factors explain (.png or .svg)");
  auto* watch =
      words->add_option("--watch", arguments->watch, "look again every so many seconds, while a job works on it")
          ->check(CLI::Range(0.1, 1e6));
  words->add_flag("--exit-code", arguments->is_exit_code,
                  "end with the code that the newest job ended with, or should have: mpirun may hide it");
  words->add_flag("--json", arguments->as_json, "the same for programs, as JSON")->excludes(watch);
  return {words, [arguments] { return status(*arguments); }};
}

}  // namespace cohort::app
