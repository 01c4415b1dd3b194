#include "commands.hpp"
#include "path_for_all.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/exit_code.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/merge_results.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/design.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::string study, output;
  std::vector<std::string> results;
};

/// Lets `design` draw as the files did. Throws UserError when they belong to another study, or to two.
void check_files(const std::vector<std::string>& paths, const Study& study, Design& design) {
  std::string first;
  for (const std::string& path : paths) {
    ResultsFile file = ResultsFile::open_serial(path);
    check_same_study(file, study);
    if (path != paths.front() && stored_first(file) != first)
      throw UserError("draws other random numbers than " + paths.front(),
                      "their studies stored different things when they were made first", "", {path});
    first = stored_first(file);
  }
  design.draw_as(study, first);
}

int merge(const Arguments& arguments, const MpiSession& session) {
  const MPI_Comm comm = session.communicator();
  const Study study = read_study_together(arguments.study, comm);
  Design design = expand(study);
  std::optional<Analyses> analyses;
  std::vector<std::string> paths;
  for (const std::string& path : arguments.results) paths.push_back(path_for_all(path, comm));
  together(comm, [&] {
    check_files(paths, study, design);
    analyses.emplace(study, design);
  });
  const std::string target = path_for_all(arguments.output, comm);
  const MergeOutcome outcome = merge_results(paths, target, study_schema(study, design, analyses->schema()), comm);
  if (session.rank() != 0) return kAllDone;
  fmt::print("{}: {} of {} runs, from {} files{}\n", target, outcome.n_finished, outcome.n_runs, paths.size(),
             outcome.n_twice > 0 ? fmt::format("; {} of them were there twice, and the same", outcome.n_twice) : "");
  fmt::print("cohort run {} -o {} {}\n", arguments.study, target,
             outcome.n_finished < outcome.n_runs ? "trains the others and does the analyses" : "does the analyses");
  return kAllDone;
}

/// Starts MPI, and is told which errors all ranks agreed on.
int merge_with_mpi(const Arguments& arguments) {
  const MpiSession session;
  if (session.rank() != 0) set_log_level(LogLevel::warning);
  return exit_code_of(session, [&] { return merge(arguments, session); });
}

}  // namespace

Command add_merge(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"merge",
                                        "put the finished runs of several results files of one study into one file",
                                        {"cohort merge study.toml results.h5.shard-* -o results.h5",
                                         "cohort merge study.toml laptop.h5 cluster.h5 -o both.h5"},
                                        {{kAllDone, "the file is made; the next `cohort run` does what is missing"}}});
  words->add_option("STUDY", arguments->study, "study file (TOML): says which runs the new file is for")->required();
  words->add_option("RESULTS", arguments->results, "results files (HDF5) of this study")->required();
  words->add_option("-o,--output", arguments->output, "the file to make; it must not be there")->required();
  return {words, [arguments] { return merge_with_mpi(*arguments); }, CalledBy::all};
}

}  // namespace cohort::app
