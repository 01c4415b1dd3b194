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
      {"lambda_max", "largest Lyapunov exponent along the evaluation trials"},
      {"lambda_max_autonomous", "largest Lyapunov exponent at constant inputs"},
      {"kaplan_yorke", "Kaplan-Yorke dimension along the evaluation trials"},
      {"kaplan_yorke_autonomous", "Kaplan-Yorke dimension at constant inputs"},
      {"weight_change", "distance of all parameters from where they started"},
      {"weight_change_relative", "the same relative to their norm at the start"},
      {"representation_alignment", "alignment of the representation with that of the initial network"},
      {"kernel_alignment", "alignment of the tangent kernel with that of the initial network"},
      {"spectral_radius", "spectral radius of the recurrent weights"},
      {"hessian_max", "largest eigenvalue of the Hessian of the loss"},
      {"hessian_trace", "trace of the Hessian of the loss"},
      {"rho", "part of the gradient in what the rule takes for it"},
      {"point_count", "fixed points, over all contexts"},
      {"stable_count", "stable fixed points, over all contexts"},
      {"saddle_count", "unstable fixed points, over all contexts"},
      {"cycle_count", "cycles, over all contexts"},
      {"slow_dimension", "most slow modes at a fixed point"},
      {"log_time_constant", "log10 of the longest time constant at a fixed point"},
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
