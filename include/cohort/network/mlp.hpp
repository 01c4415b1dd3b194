#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/feedforward_plan.hpp>

namespace cohort {

/// A multilayer perceptron of any depth and width: z_l = W_l h_{l-1} + b_l, h_l = f(z_l), h_0 = x, with a linear output
/// layer (softmax belongs to the loss).
///
/// `skip=residual` adds the activity two layers below where the widths agree, h_l = f(z_l) + h_{l-2}; `skip=dense`
/// reads it through weights of its own, z_l = W_l h_{l-1} + S_l h_{l-2} + b_l. Skips end in hidden layers and may start
/// at x. Parameters W_1, S_1, b_1, ..., W_L, b_L.
struct Mlp {
  static Description description();
  /// Throws UserError for widths that are no list of whole numbers.
  static FeedforwardPlan plan(const Parameters& parameters, Index n_inputs, Index n_outputs);
};

}  // namespace cohort
