#pragma once

#include <cohort/cluster/scheduler.hpp>
#include <cohort/cluster/transport.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cohort {

/// Hands out items to workers. `poll` answers everybody who is waiting and never blocks itself, so that rank 0 can work
/// too and call it between its own iterations.
class Master {
 public:
  Master(Scheduler& scheduler, Transport& transport)
      : scheduler_(scheduler), transport_(transport), has_left_(static_cast<std::size_t>(transport.size()), false) {}

  /// Answers all messages that arrived. Returns how many there were.
  int poll();

  /// Stops handing out items; workers are told to give up what they have. `error` is what the job will fail with.
  void stop(const std::string& error = "");

  /// Every worker has left the phase.
  bool is_alone() const { return n_left_ == transport_.size() - 1; }
  bool was_stopped() const { return stopped_; }
  /// Why a worker could not go on; empty when none gave up.
  const std::string& error() const { return error_; }

 private:
  void answer(int worker);

  Scheduler& scheduler_;
  Transport& transport_;
  std::vector<bool> has_left_;  ///< by rank
  int n_left_ = 0;
  bool stopped_ = false;
  std::string error_;
};

}  // namespace cohort
