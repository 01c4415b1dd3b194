#include <cohort/network/stochastic_binary.hpp>

namespace cohort {

Description StochasticBinary::description() {
  Description d;
  d.name = "stochastic_binary";
  d.summary = "one layer of binary units that fire by chance; outputs are the probabilities that they do";
  d.equation = "p(y_i = 1 | x) = s(u_i), u = W x + b, s(u) = 1 / (1 + exp(-u))";
  d.reference = "T. Liu 2021 (Infomax for perception)";
  d.parameters = {ParameterInfo::flag("bias", true, "units have biases")};
  return d;
}

FeedforwardPlan StochasticBinary::plan(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  FeedforwardPlan plan{
      "stochastic_binary", n_inputs, n_outputs, {}, {}, LayerActivation(LayerActivation::Kind::sigmoid)};
  plan.layers = {{n_outputs, {{0, n_inputs, "W_1"}}, parameters.flag("bias") ? "b_1" : ""}};
  return plan;
}

}  // namespace cohort
