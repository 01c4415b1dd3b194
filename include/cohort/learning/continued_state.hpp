#pragma once

#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_state.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Updates that a training made, or began and diverged in.
Index n_begun(const TrainingState& state);

/// A training that was taken away before its last look at the network, or where it diverged, as the state of one of
/// `updates` updates and the levels of `plan`: restored, it goes on with the bits of a training that was asked for at
/// once. `levels` names the snapshots that `state` has.
///
/// Throws RunError, with the reason, when it cannot: it has made more updates; or a level is looked for, or an update
/// was looked at, that the other one knows nothing of. Levels that are no longer wanted are left out.
TrainingState continued(TrainingState state, const std::vector<std::string>& levels, Index updates,
                        const SnapshotPlan& plan);

}  // namespace cohort
