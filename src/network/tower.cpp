#include <cohort/network/tower.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

namespace cohort {

Description Tower::description() {
  Description d;
  d.name = "tower";
  d.summary = "layers that never grow, each with a square matrix that reads the first units of the layer below";
  d.equation = "h_l = f(W_l h_{l-1}[1..n_l] + b_l), h_0 = x, l = 1 .. L, W_l square, n_l <= n_{l-1}; y = h_L";
  d.reference = "Ahmad, van Gerven & Ambrogioni 2020, arXiv:2006.06438";
  d.parameters = LayerActivation::parameters("leaky_relu");
  d.parameters.insert(d.parameters.begin(),
                      ParameterInfo::text("hidden", "none", "widths of the hidden layers, 784-500-200, or none"));
  d.parameters.push_back(ParameterInfo::flag("bias", true, "layers have biases"));
  return d;
}

FeedforwardPlan Tower::plan(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  std::vector<Index> widths = layer_widths(parameters.text("hidden"), "tower");
  widths.insert(widths.begin(), n_inputs);
  widths.push_back(n_outputs);
  const LayerActivation activation(parameters);
  FeedforwardPlan plan{"tower", n_inputs, n_outputs, {}, activation, activation};
  for (std::size_t l = 1; l < widths.size(); ++l) {
    if (widths[l] > widths[l - 1])
      throw UserError(fmt::format("architecture 'tower/hidden={}' is not possible", parameters.text("hidden")),
                      fmt::format("layer {} of {} units is wider than the {} below it", l, widths[l], widths[l - 1]));
    plan.layers.push_back({widths[l],
                           {{static_cast<Index>(l) - 1, widths[l], fmt::format("W_{}", l)}},
                           parameters.flag("bias") ? fmt::format("b_{}", l) : ""});
  }
  return plan;
}

}  // namespace cohort
