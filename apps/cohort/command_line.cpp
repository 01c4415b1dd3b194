#include "command_line.hpp"

#include <cohort/core/nearest_name.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace cohort::app {
namespace {

UserError explained_first_word(const CLI::App& program, const char* first_word) {
  std::vector<std::string> commands;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  const std::string known = fmt::format("known: {}", fmt::join(commands, ", "));
  if (first_word && first_word[0] != '-')
    return UserError(fmt::format("unknown command '{}'", first_word), known, did_you_mean(first_word, commands));
  return UserError("a command is needed", known, "See cohort --help.");
}

}  // namespace

UserError explained(const CLI::App& program, const CLI::ParseError& error, const char* first_word) {
  const auto parsed = program.get_subcommands();
  if (parsed.empty()) return explained_first_word(program, first_word);
  const CLI::App& command = *parsed.front();
  const std::string help = fmt::format("See cohort {} --help.", command.get_name());
  std::vector<std::string> options;
  for (const CLI::Option* option : command.get_options()) options.push_back(option->get_name());
  for (const std::string& word : command.remaining()) {
    if (!word.starts_with("-")) continue;
    const std::string meant = did_you_mean(word, options);
    return UserError(fmt::format("{} has no option {}", command.get_name(), word), "", meant.empty() ? help : meant);
  }
  return UserError(error.what(), "", help);
}

}  // namespace cohort::app
