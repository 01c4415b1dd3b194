#pragma once

#include <cohort/network/architectures.hpp>
#include <cohort/network/surrogate.hpp>

#include <map>
#include <string>
#include <vector>

namespace cohort::test {

/// Every recurrent architecture.
inline std::vector<std::string> cell_names() {
  std::vector<std::string> result;
  for (const Description& cell : architectures<double>().catalogue().descriptions())
    if (cell.family == family_name(NetworkFamily::recurrent)) result.push_back(cell.name);
  return result;
}

/// Small variants of one registered cell: its own choices, and every constraint that it knows. A new cell is covered by
/// being registered, a new parameter by a line below.
inline std::vector<std::string> variants_of(const std::string& name, int n_units) {
  using Assignments = std::map<std::string, std::string>;
  const Description& cell = architectures<double>().catalogue().find(name);
  const auto knows = [&](const std::string& parameter) {
    for (const ParameterInfo& info : cell.parameters)
      if (info.name == parameter) return true;
    return false;
  };
  const Assignments base{{"activation", "tanh"}, {"tau", "4"},    {"threshold", "0.1"},
                         {"refractory", "0"},    {"beta", "0.1"}, {"tau_adaptation", "6"}};
  std::vector<Assignments> choices{{},
                                   {{"activation", "softplus"}},
                                   {{"tau", "[2,3.5,9]"}},
                                   {{"tau", "uniform(2,9)"}, {"tau_out", "2"}},
                                   {{"tau_out", "3"}},
                                   {{"sparsity", "0.6"}},
                                   {{"self_connections", "false"}},
                                   {{"bias", "false"}},
                                   {{"input_fraction", "0.6"}, {"readout_fraction", "0.5"}},
                                   {{"dale", "true"}},
                                   {{"dale", "true"}, {"excitatory", "0.5"}, {"sparsity", "0.7"}},
                                   {{"rank", "2"}},
                                   {{"drive_scale", "one"}, {"threshold", "0.8"}},
                                   {{"refractory", "3"}},
                                   {{"adaptive", "0.5"}},
                                   {{"beta", "[0,0.05,0.2]"}, {"tau_adaptation", "[3,20]"}}};
  for (const std::string& surrogate : surrogate_names())
    choices.push_back({{"surrogate", surrogate}, {"width", "1.5"}, {"damping", "0.4"}});
  std::vector<std::string> result;
  for (Assignments& choice : choices) {
    if (!choice.empty() && !knows(choice.begin()->first)) continue;
    choice.insert(base.begin(), base.end());
    std::string variant = name + "/units=" + std::to_string(n_units);
    for (const auto& [parameter, value] : choice)
      if (knows(parameter)) variant += "," + parameter + "=" + value;
    result.push_back(variant);
  }
  return result;
}

}  // namespace cohort::test
