#pragma once

#include <cohort/learning/network_facts.hpp>
#include <cohort/study/design.hpp>

#include <vector>

namespace cohort {

/// How strong the recurrent weights are that training starts from.
struct InitialWeights {
  std::string architecture, initialization;
  WeightSummary weights{};
};

/// One per combination of architecture and initialization of the design, of its first run; at most `most`, and none of
/// networks with more than 1000 units.
std::vector<InitialWeights> initial_weights(const Study& study, const Design& design, std::size_t most);

}  // namespace cohort
