#include <cohort/network/square.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

namespace cohort {

Description Square::description() {
  Description d;
  d.name = "square";
  d.summary = "layers all as wide as the input, so that weights have inverses; the first output units count";
  d.equation = "h_l = f(W_l h_{l-1} + b_l), h_0 = x, l = 1 .. L, W_l square; y = the first units of h_L";
  d.reference = "Ahmad, van Gerven & Ambrogioni 2020, arXiv:2006.06438";
  d.parameters = {ParameterInfo::integer("hidden_layers", 4, 0, 1000, "1", "layers between input and output")};
  for (ParameterInfo& info : LayerActivation::parameters("leaky_relu")) d.parameters.push_back(std::move(info));
  d.parameters.push_back(ParameterInfo::flag("bias", true, "layers have biases"));
  return d;
}

FeedforwardPlan Square::plan(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  if (n_outputs > n_inputs)
    throw UserError(fmt::format("architecture 'square' cannot have {} outputs", n_outputs),
                    fmt::format("its layers are as wide as the {} inputs of the task", n_inputs));
  const LayerActivation activation(parameters);
  FeedforwardPlan plan{"square", n_inputs, n_outputs, {}, activation, activation};
  for (Index l = 1; l <= parameters.integer("hidden_layers") + 1; ++l)
    plan.layers.push_back(
        {n_inputs, {{l - 1, n_inputs, fmt::format("W_{}", l)}}, parameters.flag("bias") ? fmt::format("b_{}", l) : ""});
  return plan;
}

}  // namespace cohort
