#pragma once

#include <cohort/learning/chance.hpp>
#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

/// Of the trials of `batch`. A task that knows its own chance (Task::chance) is believed.
template <class Scalar>
Chance chance_of(const Task& task, const TrialBatch<Scalar>& batch);

}  // namespace cohort
