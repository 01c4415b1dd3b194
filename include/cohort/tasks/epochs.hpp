#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// A stretch of neighbouring steps of a trial.
struct Epoch {
  Index first = 0;
  Index n_steps = 0;

  Index end() const { return first + n_steps; }
};

/// Whole steps of `dt_ms` that fit into `duration_ms`, perhaps none.
Index whole_steps(double duration_ms, double dt_ms);

/// Epochs of the given durations [ms] one after the other, from step 0, in steps of `dt_ms`. Ends are rounded down,
/// each by itself, so that rounding does not add up. Throws UserError when an epoch that lasts gets no step.
std::vector<Epoch> consecutive_epochs(const std::vector<double>& durations_ms, double dt_ms);

}  // namespace cohort
