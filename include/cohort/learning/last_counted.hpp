#pragma once

#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// The column of a batch with classes that holds a trial's last counted step: where its answer is read. The first step
/// when none counts.
template <class Scalar>
Index last_counted_column(const TrialBatch<Scalar>& batch, Index trial) {
  Index column = (batch.n_steps - 1) * batch.n_trials + trial;
  while (column >= batch.n_trials && batch.mask(0, column) == 0) column -= batch.n_trials;
  return column;
}

}  // namespace cohort
