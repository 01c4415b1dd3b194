#include <cohort/learning/due_snapshots.hpp>

namespace cohort {

std::vector<Snapshot*> due_snapshots(const SnapshotPlan& plan, Index update, Index n_updates, const Score& score,
                                     std::vector<Snapshot>& snapshots) {
  std::vector<Snapshot*> due;
  auto snapshot = snapshots.begin();
  const auto add_if = [&](bool is_due) {
    if (is_due) due.push_back(&*snapshot);
    ++snapshot;
  };
  const auto is_reached = [&](bool is_met) {
    snapshot->in_a_row = is_met && update > 0 ? snapshot->in_a_row + 1 : 0;
    return snapshot->update < 0 && snapshot->in_a_row >= plan.hold;
  };
  for (const Index listed : plan.at_updates) add_if(listed == update);
  for (const double level : plan.at_error) add_if(is_reached(score.error <= level));
  for (const double level : plan.at_accuracy) add_if(is_reached(score.accuracy >= level));
  add_if(update == n_updates);
  return due;
}

}  // namespace cohort
