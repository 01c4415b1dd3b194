#pragma once

#include "command.hpp"

namespace cohort::app {

/// Each is in a file of its own: the words, options and help of a command, and its function.
Command add_run(CLI::App& program);
Command add_plan(CLI::App& program);
Command add_submit(CLI::App& program);
Command add_analyse(CLI::App& program);
Command add_merge(CLI::App& program);
Command add_repack(CLI::App& program);
Command add_status(CLI::App& program);
Command add_verify(CLI::App& program);
Command add_list(CLI::App& program);
Command add_task(CLI::App& program);
Command add_check_gradients(CLI::App& program);
Command add_compare(CLI::App& program);
Command add_effects(CLI::App& program);
Command add_fixed_points(CLI::App& program);
Command add_export(CLI::App& program);
Command add_completion(CLI::App& program);

/// All of them, in the order of `cohort --help`.
inline std::vector<Command> add_commands(CLI::App& program) {
  return {add_run(program),     add_plan(program),         add_submit(program),          add_analyse(program),
          add_merge(program),   add_repack(program),       add_status(program),          add_verify(program),
          add_list(program),    add_task(program),         add_check_gradients(program), add_compare(program),
          add_effects(program), add_fixed_points(program), add_export(program),          add_completion(program)};
}

}  // namespace cohort::app
