#include "command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace cohort::app {

CLI::App* add_words(CLI::App& program, const CommandHelp& help) {
  CLI::App* words = program.add_subcommand(help.name, help.summary);
  std::string footer = help.examples.size() == 1 ? "Example:\n" : "Examples:\n";
  for (const std::string& example : help.examples) footer += "  " + example + "\n";
  std::vector<ExitMeaning> codes = help.exit_codes;
  codes.push_back({kUserError, "something given is wrong; one line says what"});
  codes.push_back({kInternalError, "a bug of this program"});
  std::sort(codes.begin(), codes.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  footer += "\nExit codes:\n";
  for (const ExitMeaning& code : codes) footer += fmt::format("  {:<3} {}\n", code.code, code.meaning);
  words->footer(footer);
  return words;
}

}  // namespace cohort::app
