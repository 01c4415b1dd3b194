#pragma once

#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// Steps [first, first + n_steps) of all trials of a batch, as a batch of their own.
template <class Scalar>
void copy_steps(const TrialBatch<Scalar>& batch, Index first, Index n_steps, TrialBatch<Scalar>& part);

/// Trial number `position` of a batch, without the row of ones.
template <class Scalar>
Trial trial_at(const TrialBatch<Scalar>& batch, Index position);

}  // namespace cohort
