#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/feedforward_plan.hpp>

namespace cohort {

/// Layers that are all as wide as the input, so that every weight matrix can have an inverse (Ahmad, van Gerven &
/// Ambrogioni 2020). h_l = f(W_l h_{l-1} + b_l) in the output layer too, whose first units are the outputs; the others
/// are auxiliary: no loss asks anything of them. Parameters W_1, b_1, ..., W_L, b_L.
struct Square {
  static Description description();
  /// Throws UserError for fewer inputs than outputs.
  static FeedforwardPlan plan(const Parameters& parameters, Index n_inputs, Index n_outputs);
};

}  // namespace cohort
