#pragma once

#include <cohort/cluster/scheduler.hpp>
#include <cohort/cluster/transport.hpp>

#include <functional>
#include <string>

namespace cohort {

/// What a rank does in the training phase, without knowing how. All are called on the rank itself.
struct TrainingCallbacks {
  /// Trains and stores one run. Calls its argument between updates. May throw StopRequest (the run stays pending) or
  /// any other exception when results cannot be stored.
  std::function<RunStatus(std::size_t run, const std::function<void()>& between_updates)> train;
  /// Rank 0 only, at least once per update: keep the lease, print progress.
  std::function<void(const Scheduler&)> tick;
  /// True when somebody asked the job to end early.
  std::function<bool()> stop_requested;
};

/// How the training phase ended, the same on rank 0 and for the job.
struct TrainingOutcome {
  bool stopped = false;  ///< ended early because somebody asked
  std::string error;     ///< why results could not be stored, empty if they could
};

/// Rank 0: hands out all runs of `scheduler`, and trains too when `master_works` (jobs of few ranks). Returns when every
/// worker has left.
TrainingOutcome lead_training(Scheduler& scheduler, Transport& transport, const TrainingCallbacks& callbacks,
                              bool master_works);

/// Every other rank: trains what rank 0 assigns until it says stop.
void follow_training(Transport& transport, const TrainingCallbacks& callbacks);

}  // namespace cohort
