#include "commands.hpp"

#include <cohort/report/effect_sentences.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/results_file.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace cohort::app {
namespace {

int status(const std::string& results) {
  ResultsFile file = ResultsFile::open_serial(results);
  const StudyProgress progress = progress_of(file);
  fmt::print("{}: {}", progress.title, status_text(progress));
  const LeaseHolder holder = lease_holder(results);
  const std::string process =
      fmt::format("process {} on {}{}", holder.pid, holder.host, holder.job.empty() ? "" : ", job " + holder.job);
  if (holder.pid != 0 && holder.over.empty()) fmt::print("a job works on it: {}\n", process);
  if (holder.pid != 0 && !holder.over.empty())
    fmt::print("no job works on it: {} left without a word ({})\n", process, holder.over);
  fmt::print("{}", segments_text(progress.segments));
  const std::string effects = effect_sentences(effects_of(file));
  if (!effects.empty()) fmt::print("\n{}", effects);
  return kAllDone;
}

}  // namespace

Command add_status(CLI::App& program) {
  const auto results = std::make_shared<std::string>();
  CLI::App* words = add_words(program, {"status",
                                        "progress of a results file, also while its job runs",
                                        {"cohort status results.h5"},
                                        {{kAllDone, "the file could be read, however far it is"}}});
  words->add_option("RESULTS", *results, "results file (HDF5)")->required();
  return {words, [results] { return status(*results); }};
}

}  // namespace cohort::app
