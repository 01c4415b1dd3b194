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
  for (const Index listed : plan.at_updates) add_if(listed == update);
  for (const double level : plan.at_error) add_if(snapshot->update < 0 && score.error <= level);
  for (const double level : plan.at_accuracy) add_if(snapshot->update < 0 && score.accuracy >= level);
  add_if(update == n_updates);
  return due;
}

}  // namespace cohort
