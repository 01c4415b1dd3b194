#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/learning/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/cells.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/tasks/tasks.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace cohort::app {

int list(const std::string& kind) {
  const std::map<std::string, const Catalogue*> kinds{{"rules", &learning_rules<float>().catalogue()},
                                                      {"cells", &cells<float>().catalogue()},
                                                      {"initializations", &initializations().catalogue()},
                                                      {"tasks", &tasks().catalogue()},
                                                      {"optimizers", &optimizers<float>().catalogue()},
                                                      {"measures", &measures().catalogue()}};
  const auto found = kinds.find(kind);
  if (found == kinds.end()) {
    std::vector<std::string> names;
    for (const auto& [name, catalogue] : kinds) names.push_back(name);
    throw UserError(fmt::format("there is no list of '{}'", kind), fmt::format("known: {}", fmt::join(names, ", ")),
                    did_you_mean(kind, names));
  }
  for (const Description& description : found->second->descriptions()) {
    fmt::print("{}\n    {}\n", description.name, description.summary);
    if (!description.equation.empty()) fmt::print("    {}\n", description.equation);
    for (const ParameterInfo& p : description.parameters)
      fmt::print("    {}={}  {}{}: {}\n", p.name, p.fallback, p.legal(),
                 p.unit.empty() || p.unit == "1" ? "" : " [" + p.unit + "]", p.description);
    fmt::print("    {}\n\n", description.reference);
  }
  return kAllDone;
}

}  // namespace cohort::app
