#pragma once

#include <cohort/learning/objective.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/learning/training_record.hpp>

#include <vector>

namespace cohort {

/// The snapshots (those of a record, in the order of `plan.labels()`) that have to be taken at an evaluation after
/// `update` of `n_updates` updates: of listed updates, of levels that are reached now, of the end. Call it once per
/// evaluation: snapshots count the evaluations in a row that met their level.
///
/// A level is reached when `plan.hold` evaluations in a row met it. That before the first update does not count: an
/// untrained network can pass by luck.
std::vector<Snapshot*> due_snapshots(const SnapshotPlan& plan, Index update, Index n_updates, const Score& score,
                                     std::vector<Snapshot>& snapshots);

}  // namespace cohort
