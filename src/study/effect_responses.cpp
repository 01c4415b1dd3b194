#include <cohort/study/effect_responses.hpp>

namespace cohort {

const std::vector<EffectResponse>& effect_responses() {
  static const std::vector<EffectResponse> table{
      {"recordings", "distance to the recording, normalized"},
      {"error", "error on the evaluation trials"},
      {"accuracy", "accuracy on the evaluation trials"},
      {"updates", "updates made before the level was reached"},
      {"reached", "whether the level was reached: 1 or 0"},
      {"participation_ratio", "participation ratio of the representation"},
      {"dimension_90", "principal components that hold 90 % of the variance of the representation", false},
  };
  return table;
}

std::vector<std::string> effect_response_names() {
  std::vector<std::string> names;
  for (const EffectResponse& response : effect_responses()) names.push_back(response.name);
  return names;
}

std::vector<std::string> default_effect_responses() {
  std::vector<std::string> names;
  for (const EffectResponse& response : effect_responses())
    if (response.is_default) names.push_back(response.name);
  return names;
}

}  // namespace cohort
