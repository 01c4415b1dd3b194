#pragma once

#include <string>
#include <vector>

namespace cohort {

/// A number of each run whose variance the factors can explain.
struct EffectResponse {
  std::string name;     ///< as [effects] responses has it
  std::string meaning;  ///< of the number: "error on the evaluation trials"
};

/// All there are, in the order of tables. "recordings" stands for one per measure and recording.
const std::vector<EffectResponse>& effect_responses();

/// Their names.
std::vector<std::string> effect_response_names();

}  // namespace cohort
