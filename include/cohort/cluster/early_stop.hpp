#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace cohort {

/// What may end a job before its work is done.
struct StopOptions {
  using Clock = std::chrono::steady_clock;

  std::function<bool()> requested = [] { return false; };  ///< by a signal; asked between iterations, on every rank
  Clock::time_point start = Clock::now();                  ///< of the program
  Clock::time_point end = Clock::time_point::max();        ///< when the scheduler takes the nodes away
};

/// Knows when a job is to end early: when it is asked to by a signal, when its time is nearly over, or while a stop
/// file is there. Once it is due it stays due.
class EarlyStop {
 public:
  /// `stop_file`: whoever makes a file of this name ends the job. Empty for none; ranks other than 0 ask no disk.
  EarlyStop(StopOptions options, std::string stop_file);

  /// Cheap: the disk is asked once a second.
  bool is_due();
  /// From now on it is due, for this reason.
  void ask(const std::string& reason);
  /// Until it will be due, by the clock alone; infinite without an end. Saving what is under way and closing the file
  /// then have a tenth of the job's time, and a minute at most.
  double seconds_left() const;
  /// "its time is nearly over"; empty when it was a signal, or nothing.
  const std::string& reason() const { return reason_; }

 private:
  StopOptions options_;
  std::string stop_file_;
  StopOptions::Clock::time_point last_look_{};
  bool is_due_ = false;
  std::string reason_;
};

}  // namespace cohort
