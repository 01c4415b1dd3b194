#pragma once

#include <cohort/cluster/scheduler.hpp>

#include <chrono>

namespace cohort {

/// The progress line on standard error: done, failed, left, rate, remaining time. Rewritten in place on a terminal, a new
/// line every half minute in a log.
class Progress {
 public:
  Progress();

  /// Prints when it is time to.
  void show(const Scheduler& scheduler);
  /// The last line.
  void finish(const Scheduler& scheduler);

 private:
  using Clock = std::chrono::steady_clock;
  void print(const Scheduler& scheduler);

  bool is_terminal_;
  Clock::time_point start_, last_;
};

}  // namespace cohort
