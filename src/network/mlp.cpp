#include <cohort/network/mlp.hpp>

#include <fmt/format.h>

namespace cohort {

Description Mlp::description() {
  Description d;
  d.name = "mlp";
  d.summary = "multilayer perceptron with a linear output layer; every step of a trial passes by itself";
  d.equation =
      "h_l = f(W_l h_{l-1} + b_l), h_0 = x, y = W_L h_{L-1} + b_L; skip=residual: h_l = f(..) + h_{l-2} where widths "
      "agree; skip=dense: h_l = f(W_l h_{l-1} + S_l h_{l-2} + b_l)";
  d.reference = "Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0; skips: Im, Patil & Branson 2020";
  d.parameters = LayerActivation::parameters("tanh");
  d.parameters.insert(d.parameters.begin(),
                      ParameterInfo::text("hidden", "100", "widths of the hidden layers, 800-800; none: without any"));
  d.parameters.push_back(ParameterInfo::flag("bias", true, "layers have biases"));
  d.parameters.push_back(ParameterInfo::choice("skip", "none", {"none", "residual", "dense"},
                                               "what a hidden layer gets from two layers below"));
  return d;
}

FeedforwardPlan Mlp::plan(const Parameters& parameters, Index n_inputs, Index n_outputs) {
  const std::string& skip = parameters.text("skip");
  const bool has_bias = parameters.flag("bias");
  std::vector<Index> widths{n_inputs};
  for (const Index width : layer_widths(parameters.text("hidden"), "mlp")) widths.push_back(width);
  widths.push_back(n_outputs);
  FeedforwardPlan plan{"mlp", n_inputs, n_outputs, {}, LayerActivation(parameters)};
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const auto below = static_cast<Index>(l) - 1;
    Layer layer{widths[l], {{below, widths[l - 1], fmt::format("W_{}", l)}}, has_bias ? fmt::format("b_{}", l) : ""};
    if (l >= 2 && l + 1 < widths.size()) {  // skips end in hidden layers
      if (skip == "dense") layer.sources.push_back({below - 1, widths[l - 2], fmt::format("S_{}", l)});
      if (skip == "residual" && widths[l] == widths[l - 2]) layer.sources.push_back({below - 1, widths[l], ""});
    }
    plan.layers.push_back(std::move(layer));
  }
  return plan;
}

}  // namespace cohort
