// One program, subcommands: parses the command line, calls one function, turns exceptions into exit codes.

#include "command_line.hpp"
#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/study_schema.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <vector>

namespace {

using namespace cohort;

/// This process's number among those that were launched together, known before MPI starts.
int launched_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::atoi(rank);
  return 0;
}

/// Calls `command` and turns what it throws into an exit code.
int exit_code_of(const std::function<int()>& command) {
  try {
    return command();
  } catch (const UserError& error) {
    std::fprintf(stderr, "cohort: %s\n", error.what());
    return kUserError;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cohort: %s\n", error.what());
    return kInternalError;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Factorial studies of how networks learn.", "cohort");
  program.set_version_flag("--version", build_summary());
  program.require_subcommand(1);
  const std::vector<app::Command> commands = app::add_commands(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (launched_rank() != 0) return kAllDone;  // a failure here could end rank 0 before it has answered
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    return exit_code_of([&]() -> int { throw app::explained(program, error, argc > 1 ? argv[1] : nullptr); });
  }
  const auto command =
      std::find_if(commands.begin(), commands.end(), [](const auto& one) { return one.words->parsed(); });
  if (command->called_by == app::CalledBy::one && launched_rank() != 0) return kAllDone;
  return exit_code_of(command->call);
}
