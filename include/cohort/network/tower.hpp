#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/feedforward_plan.hpp>

namespace cohort {

/// Layers that never grow, each with a square matrix of its own width: layer l reads the first n_l units of the layer
/// below, and what it does not read is auxiliary (Ahmad, van Gerven & Ambrogioni 2020). h_l = f(W_l h_{l-1}[1..n_l] +
/// b_l) in the output layer too. Parameters W_1, b_1, ..., W_L, b_L.
struct Tower {
  static Description description();
  /// Throws UserError for widths that grow, with the layer.
  static FeedforwardPlan plan(const Parameters& parameters, Index n_inputs, Index n_outputs);
};

}  // namespace cohort
