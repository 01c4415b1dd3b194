#pragma once

#include <cohort/core/exit_code.hpp>

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cohort::app {

/// Who calls a command of a job of several ranks: rank 0 without MPI, so that it works on a login node where MPI may
/// not start, or all ranks together.
enum class CalledBy { one, all };

/// A command of the program: its words on the command line, and what it does after these are read.
struct Command {
  CLI::App* words = nullptr;
  /// Prints its answer on standard output and returns the exit code; errors are thrown.
  std::function<int()> call{};
  CalledBy called_by = CalledBy::one;
};

/// What an exit code says about one command.
struct ExitMeaning {
  int code = kAllDone;
  std::string meaning{};
};

/// What `--help` tells of a command besides its options.
struct CommandHelp {
  std::string name{};
  std::string summary{};
  std::vector<std::string> examples{};    ///< whole lines, as typed
  std::vector<ExitMeaning> exit_codes{};  ///< of its own; those of every command are added
};

/// Adds the words of a command to those of the program; its options are the caller's to add.
CLI::App* add_words(CLI::App& program, const CommandHelp& help);

}  // namespace cohort::app
