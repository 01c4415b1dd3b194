#pragma once

#include <cohort/cluster/scheduler.hpp>
#include <cohort/cluster/transport.hpp>
#include <cohort/core/stop_request.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace cohort {

/// What a rank does while all work through a list of items (runs to train, items of an analysis), without knowing what
/// the items are. All are called on the rank itself.
struct WorkCallbacks {
  /// Does one item. Calls its argument between its own iterations. May throw StopRequest (the item stays pending) or
  /// any other exception when results cannot be stored.
  std::function<RunStatus(std::size_t item, const StopCheck& stop)> work;
  /// Rank 0 only, at least once per iteration: keep the lease, print progress.
  std::function<void(const Scheduler&)> tick;
  /// True when somebody asked the job to end early.
  std::function<bool()> stop_requested;
  /// Ranks that have died: asked on rank 0 of all, on others of rank 0.
  std::function<std::set<int>()> lost = [] { return std::set<int>(); };
  /// Rank 0 only: a worker died that had this item. Returns whether the item is to be done by another one.
  std::function<bool(std::size_t item)> died = [](std::size_t) { return true; };
};

/// How the phase ended, the same on rank 0 and for the job.
struct WorkOutcome {
  bool stopped = false;     ///< ended early because somebody asked
  std::string error;        ///< why results could not be stored, empty if they could
  std::vector<int> lost{};  ///< workers that died; then nothing collective can be called any more
};

/// Rank 0: hands out all items of `scheduler`, and works too when `master_works` (jobs of few ranks). Returns when
/// every worker has left.
WorkOutcome lead_work(Scheduler& scheduler, Transport& transport, const WorkCallbacks& callbacks, bool master_works);

/// Every other rank: does what rank 0 assigns until it says stop. Throws RankLost when a rank died, which may be rank
/// 0.
void follow_work(Transport& transport, const WorkCallbacks& callbacks);

}  // namespace cohort
