#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/tasks/tasks.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace cohort::app {

namespace {

std::string cells_of(const Description& description) {
  return description.serves.is_every_architecture() ? "every cell"
                                                    : fmt::format("{}", fmt::join(description.serves.names(), ", "));
}

void print_text(const Description& d, bool is_rule, ListFormat format) {
  fmt::print("{}\n    {}\n", d.name, d.summary);
  if (!d.equation.empty()) fmt::print("    {}\n", d.equation);
  if (is_rule && format == ListFormat::full)
    fmt::print("    axes: {}\n    cost per step: {}\n    cells: {}\n", d.axes, d.cost, cells_of(d));
  for (const ParameterInfo& p : d.parameters)
    fmt::print("    {}={}  {}{}: {}\n", p.name, p.fallback, p.legal(),
               p.unit.empty() || p.unit == "1" ? "" : " [" + p.unit + "]", p.description);
  fmt::print("    {}\n\n", d.reference);
}

/// Text inside a table: a bar would end its column.
std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

void print_row(const Description& d, bool is_rule) {
  std::vector<std::string> parameters;
  for (const ParameterInfo& p : d.parameters) parameters.push_back(fmt::format("`{}={}`", p.name, p.fallback));
  fmt::print("| `{}` | {} | {} |", d.name, escaped(d.summary), fmt::join(parameters, " "));
  if (is_rule) fmt::print(" {} | {} | {} |", escaped(d.axes), escaped(d.cost), cells_of(d));
  fmt::print(" {} |\n", escaped(d.reference));
}

}  // namespace

int list(const std::string& kind, ListFormat format) {
  const std::map<std::string, const Catalogue*> kinds{{"rules", &learning_rules<float>().catalogue()},
                                                      {"architectures", &architectures<float>().catalogue()},
                                                      {"cells", &architectures<float>().catalogue()},
                                                      {"initializations", &initializations().catalogue()},
                                                      {"tasks", &tasks().catalogue()},
                                                      {"optimizers", &optimizers<float>().catalogue()},
                                                      {"regularizers", &regularizers<float>().catalogue()},
                                                      {"measures", &measures().catalogue()}};
  const auto found = kinds.find(kind);
  if (found == kinds.end()) {
    std::vector<std::string> names;
    for (const auto& [name, catalogue] : kinds) names.push_back(name);
    throw UserError(fmt::format("there is no list of '{}'", kind), fmt::format("known: {}", fmt::join(names, ", ")),
                    did_you_mean(kind, names));
  }
  const bool is_rule = kind == "rules";
  if (format == ListFormat::markdown)
    fmt::print("| name | what it is | parameters | {}reference |\n|---|---|---|{}---|\n",
               is_rule ? "axes | cost per step | cells | " : "", is_rule ? "---|---|---|" : "");
  for (const Description& description : found->second->descriptions()) {
    if (format == ListFormat::markdown) {
      print_row(description, is_rule);
    } else {
      print_text(description, is_rule, format);
    }
  }
  return kAllDone;
}

}  // namespace cohort::app
