#pragma once

#include <cohort/cluster/scheduler.hpp>
#include <cohort/cluster/transport.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// Hands out items to workers. `poll` answers everybody who is waiting and never blocks itself, so that rank 0 can work
/// too and call it between its own iterations.
///
/// Workers for whom there is nothing to do wait until all have: whoever would wait in a collective call could neither
/// take over what a worker had that dies, nor hear of it.
class Master {
 public:
  Master(Scheduler& scheduler, Transport& transport)
      : scheduler_(scheduler), transport_(transport), workers_(static_cast<std::size_t>(transport.size())) {}

  /// Answers all messages that arrived. Returns how many there were.
  int poll();

  /// A worker has died. What it did comes once more, if `again` says so of the item. Returns false when that is known.
  bool lose(int worker, const std::function<bool(std::size_t item)>& again);

  /// Sends everybody away when nobody has anything to do. To be called when rank 0 itself has nothing to do.
  void release();

  /// Stops handing out items; workers are told to give up what they have. `error` is what the job will fail with.
  void stop(const std::string& error = "");

  /// Every worker has left the phase.
  bool is_alone() const { return n_left_ == transport_.size() - 1; }
  /// Workers that died, in the order of ranks.
  std::vector<int> lost() const;
  bool was_stopped() const { return stopped_; }
  /// Why a worker could not go on; empty when none gave up.
  const std::string& error() const { return error_; }

 private:
  struct Worker {
    bool has_left = false, is_lost = false, is_idle = false;
    std::optional<std::size_t> item{};  ///< that it was given
  };

  void answer(int worker);
  void hear(int worker, const Message& message);

  Scheduler& scheduler_;
  Transport& transport_;
  std::vector<Worker> workers_;  ///< [n_ranks]; the first is rank 0 itself
  int n_left_ = 0;               ///< or died
  bool stopped_ = false;
  std::string error_;
};

}  // namespace cohort
