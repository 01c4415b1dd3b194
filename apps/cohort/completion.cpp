#include "commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>

namespace cohort::app {
namespace {

std::string options_of(const CLI::App& words) {
  std::string text;
  for (const CLI::Option* option : words.get_options())
    for (const std::string& name : option->get_lnames()) text += " --" + name;
  return text;
}

/// What a shell may offer behind `cohort list`.
constexpr const char* kKinds =
    " rules architectures initializations tasks optimizers regularizers measures analyses options";

int print_completion(const CLI::App& program) {
  std::string commands, cases;
  for (const CLI::App* words : program.get_subcommands({})) {
    const std::string& name = words->get_name();
    commands += " " + name;
    cases += fmt::format("    {}) words=\"{}{}\" ;;\n", name, options_of(*words), name == "list" ? kKinds : "");
  }
  fmt::print(
      "# bash completion of cohort: source <(cohort completion)\n"
      "_cohort() {{\n"
      "  local words=\"\" word=${{COMP_WORDS[COMP_CWORD]}}\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  [[ $COMP_CWORD == 1 ]] && words=\"{}\"\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}}\n"
      "complete -o default -F _cohort cohort\n",
      cases, commands);
  return kAllDone;
}

}  // namespace

Command add_completion(CLI::App& program) {
  CLI::App* words = add_words(program, {"completion",
                                        "a script that lets bash complete commands and options",
                                        {"cohort completion > cohort.bash && source cohort.bash"},
                                        {{kAllDone, "printed"}}});
  return {words, [&program] { return print_completion(program); }};
}

}  // namespace cohort::app
