#pragma once

#include <cohort/learning/state_visitor.hpp>
#include <cohort/learning/training_record.hpp>

namespace cohort {

/// Everything of a training that changes, between two updates: what a new Trainer (with a new rule, optimizer and
/// network, made and initialized alike) needs to go on with the same bits.
///
/// Between two updates no trial is under way, so what rules and networks carry within trials is no part of it. Random
/// numbers belong to updates and trials (RandomStream), so their only positions are the two counts.
///
/// As bytes (`state_bytes`, `restore_state`) it is the same on every machine, with names and shapes that are checked
/// when it is read. Boost.Serialization is left to whoever sends or stores these bytes: its binary archives are not
/// portable, and it knows no names.
struct TrainingState {
  std::int64_t update = 0;       ///< updates made
  std::uint64_t next_trial = 0;  ///< training trials drawn
  double first_loss = 0;         ///< of update 0
  TrainingRecord record;         ///< how it ended, curves and snapshots so far
  std::string learned;           ///< bytes of all that learns: parameters, regularizers, rule, optimizer, watchers

  void visit_state(StateVisitor& visitor);
};

}  // namespace cohort
