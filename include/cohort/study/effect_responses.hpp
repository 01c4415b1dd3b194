#pragma once

#include <string>
#include <vector>

namespace cohort {

/// A number of each run whose variance the factors can explain.
struct EffectResponse {
  std::string name;        ///< as [effects] responses has it
  std::string meaning;     ///< of the number: "error on the evaluation trials"
  bool is_default = true;  ///< looked at when [effects] does not say which
};

/// All there are, in the order of tables. "recordings" stands for one per measure and recording.
const std::vector<EffectResponse>& effect_responses();

/// Their names.
std::vector<std::string> effect_response_names();
/// Those that are looked at when [effects] does not say which.
std::vector<std::string> default_effect_responses();

}  // namespace cohort
