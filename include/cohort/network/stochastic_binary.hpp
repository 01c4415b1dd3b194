#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/feedforward_plan.hpp>

namespace cohort {

/// One layer of binary units that fire by chance, independently given the input: p(y_i = 1 | x) = s(u_i), u = W x + b,
/// s the sigmoid. Its outputs are these probabilities; a rule draws the spikes.
struct StochasticBinary {
  static Description description();
  static FeedforwardPlan plan(const Parameters& parameters, Index n_inputs, Index n_outputs);
};

}  // namespace cohort
