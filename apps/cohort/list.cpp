#include "commands.hpp"
#include "list_json.hpp"
#include "list_text.hpp"

#include <cohort/analysis/analyses.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/recordings/recording_formats.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/study/option_info.hpp>
#include <cohort/tasks/tasks.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

/// What a study can name: a line for each kind.
struct Kind {
  std::string name;
  const Catalogue& catalogue;
};

std::vector<Kind> kinds() {
  return {{"rules", learning_rules<float>().catalogue()},
          {"architectures", architectures<float>().catalogue()},
          {"cells", architectures<float>().catalogue()},
          {"initializations", initializations().catalogue()},
          {"tasks", tasks().catalogue()},
          {"optimizers", optimizers<float>().catalogue()},
          {"regularizers", regularizers<float>().catalogue()},
          {"measures", measures().catalogue()},
          {"analyses", analysis_catalogue()},
          {"formats", recording_formats().catalogue()}};
}

constexpr const char* kOptions = "options";  ///< of a study file: no kind of component

std::vector<std::string> names_of_kinds() {
  std::vector<std::string> names{kOptions};
  for (const Kind& kind : kinds()) names.push_back(kind.name);
  return names;
}

const Catalogue& catalogue_of(const std::string& kind) {
  for (const Kind& known : kinds())
    if (known.name == kind) return known.catalogue;
  std::string meant;
  for (const Kind& known : kinds())
    for (const Description& entry : known.catalogue.descriptions())
      if (entry.name == kind && meant.empty())
        meant = fmt::format("Did you mean 'cohort list {} {}'?", known.name, kind);
  const auto names = names_of_kinds();
  throw UserError(fmt::format("there is no list of '{}'", kind), fmt::format("known: {}", fmt::join(names, ", ")),
                  meant.empty() ? did_you_mean(kind, names) : meant);
}

/// The entries called `name`, one for each family that has one; all entries for no name.
std::vector<Description> chosen(const Catalogue& catalogue, const std::string& name) {
  if (name.empty()) return catalogue.descriptions();
  catalogue.find(name);  // throws for an unknown one
  std::vector<Description> entries;
  for (const Description& description : catalogue.descriptions())
    if (description.name == name) entries.push_back(description);
  return entries;
}

/// The option called SECTION.NAME, those of a section, all for no name.
std::vector<OptionInfo> chosen_options(const std::string& name) {
  std::vector<OptionInfo> options;
  std::vector<std::string> known;
  for (const OptionInfo& option : study_options()) {
    if (name.empty() || name == option.section || name == option.full_name()) options.push_back(option);
    known.push_back(option.full_name());
  }
  if (!options.empty()) return options;
  for (const OptionInfo& option : study_options())
    if (name == option.name) return chosen_options(option.full_name());
  const std::vector<std::string> nearest = nearest_first(name, known);
  throw UserError(fmt::format("unknown option '{}'", name),
                  fmt::format("nearest: {}", fmt::join(nearest.begin(), nearest.begin() + 5, ", ")),
                  did_you_mean(name, known));
}

struct Arguments {
  std::string kind, name;
  bool is_long = false, is_markdown = false, is_json = false;
};

template <class Entries>
int print(const Entries& entries, const Arguments& arguments) {
  if (arguments.is_json) {
    fmt::print("{}", list_json(entries));
    return kAllDone;
  }
  const Detail detail = arguments.is_long || !arguments.name.empty() ? Detail::full : Detail::brief;
  fmt::print("{}", arguments.is_markdown ? list_markdown(entries) : list_text(entries, detail));
  return kAllDone;
}

int list(const Arguments& arguments) {
  if (arguments.kind == kOptions) return print(chosen_options(arguments.name), arguments);
  return print(chosen(catalogue_of(arguments.kind), arguments.name), arguments);
}

}  // namespace

Command add_list(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words =
      add_words(program, {"list",
                          "what a study can name, with parameters and references",
                          {"cohort list rules", "cohort list rules eprop", "cohort list options training.batch"},
                          {{kAllDone, "listed"}}});
  words->add_option("KIND", arguments->kind, fmt::format("{}", fmt::join(names_of_kinds(), ", ")))->required();
  words->add_option("NAME", arguments->name,
                    "one entry of the list (of options: SECTION or SECTION.NAME), with all there is to say");
  words->add_flag("--long", arguments->is_long,
                  "also what a rule keeps of the gradient, its cost and the architectures it serves");
  words->add_flag("--markdown", arguments->is_markdown, "as a table for documents");
  words->add_flag("--json", arguments->is_json, "for other programs");
  return {words, [arguments] { return list(*arguments); }};
}

}  // namespace cohort::app
