#pragma once

#include <cohort/learning/objective.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_record.hpp>

#include <vector>

namespace cohort {

/// The snapshots (those of a record, in the order of `plan.labels()`) that have to be taken at an evaluation after
/// `update` of `n_updates` updates: of listed updates, of levels that `score` reaches for the first time, of the end.
std::vector<Snapshot*> due_snapshots(const SnapshotPlan& plan, Index update, Index n_updates, const Score& score,
                                     std::vector<Snapshot>& snapshots);

}  // namespace cohort
