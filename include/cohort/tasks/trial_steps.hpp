#pragma once

#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// Steps [first, first + n_steps) of all trials of a batch, as a batch of their own.
template <class Scalar>
void copy_steps(const TrialBatch<Scalar>& batch, Index first, Index n_steps, TrialBatch<Scalar>& part);

}  // namespace cohort
