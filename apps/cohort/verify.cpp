#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/verification.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace cohort::app {
namespace {

int verify_here(const std::string& results) {
  const Verification found = verify_results(results);
  for (const auto& part : found.broken) fmt::print("{}\n", part.text);
  for (const std::string& line : found.open) fmt::print("{}\n", line);
  fmt::print("{} of {} runs whole, {} broken, {} failed, {} to do\n", found.n_whole, found.n_runs, found.n_broken(),
             found.n_failed, found.n_pending);
  if (const std::size_t n = found.n_broken(); n > 0)
    throw UserError(fmt::format("{} holds {} broken part{}", results, n, n == 1 ? "" : "s"),
                    "their checksums are wrong: the disk or another program changed them",
                    "`cohort run` on the same file makes runs and results again; the rest needs a copy.");
  return found.n_failed + found.n_pending + found.open.size() > 0 ? kSomeFailed : kAllDone;
}

/// In a process of its own: the library that reads the file may fall over a damaged structure.
int verify(const std::string& results) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child <= 0) return verify_here(results);  // the child, or nobody could be made
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  throw UserError("damaged", fmt::format("reading its structure ended with: {}", strsignal(WTERMSIG(status))),
                  "Restore it from a copy.", {results});
}

}  // namespace

Command add_verify(CLI::App& program) {
  const auto results = std::make_shared<std::string>();
  CLI::App* words = add_words(
      program,
      {"verify",
       "check that every run is there and unharmed",
       {"cohort verify results.h5"},
       {{kAllDone, "every run is there and whole"},
        {kSomeFailed, "what is there is whole, but something failed, is to do, or was left by a job that died"}}});
  words->add_option("RESULTS", *results, "results file (HDF5)")->required();
  return {words, [results] { return verify(*results); }};
}

}  // namespace cohort::app
