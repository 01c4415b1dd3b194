#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/value_checksums.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace cohort::app {
namespace {

int verify(const std::string& results) {
  ResultsFile file = ResultsFile::open_serial(results);
  const RunTable table(file);
  const auto status = table.read_status();
  const auto finished = table.finished();
  std::size_t whole = 0, failed = 0, pending = 0, broken = 0;
  for (std::size_t run = 0; run < status.size(); ++run) {
    whole += finished[run];
    pending += status[run] == RunStatus::pending;
    failed += status[run] == RunStatus::failed;
    const bool claims = status[run] == RunStatus::done || status[run] == RunStatus::diverged;
    if (!claims || finished[run]) continue;
    ++broken;
    fmt::print("run {}: its checksum is wrong; it will be trained again by the next `cohort run`\n", run);
  }
  for (const std::string& path : damaged_constants(file)) {
    ++broken;
    fmt::print("{}: its checksum is wrong: not what was written when the file was made\n", path);
  }
  for (const DamagedValues& damaged : damaged_values(file)) {
    broken += damaged.n;
    fmt::print("{}: {} of its results have a wrong checksum; the next `cohort run` computes them again\n",
               damaged.made_from, damaged.n);
  }
  fmt::print("{} of {} runs whole, {} broken, {} failed, {} to do\n", whole, status.size(), broken, failed, pending);
  if (broken > 0)
    throw UserError(fmt::format("{} holds {} broken part{}", results, broken, broken == 1 ? "" : "s"),
                    "their checksums are wrong: the disk or another program changed them",
                    "`cohort run` on the same file makes runs and results again; the rest needs a copy.");
  return failed + pending > 0 ? kSomeFailed : kAllDone;
}

}  // namespace

Command add_verify(CLI::App& program) {
  const auto results = std::make_shared<std::string>();
  CLI::App* words = add_words(program, {"verify",
                                        "check that every run is there and unharmed",
                                        {"cohort verify results.h5"},
                                        {{kAllDone, "every run is there and whole"},
                                         {kSomeFailed, "what is there is whole, but some runs failed or are to do"}}});
  words->add_option("RESULTS", *results, "results file (HDF5)")->required();
  return {words, [results] { return verify(*results); }};
}

}  // namespace cohort::app
