#pragma once

#include <chrono>
#include <string>

namespace cohort {

/// The progress line on standard error. Rewritten in place on a terminal, a new line every half minute in a log.
class Progress {
 public:
  Progress();

  /// Whether it is time for the next line.
  bool is_due() const;
  /// `text` says what is done and left, `share` in [0, 1] how much of it; elapsed and remaining time are added.
  void show(const std::string& text, double share);
  /// The last line.
  void finish(const std::string& text, double share);
  /// Since this was made.
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool is_terminal_;
  Clock::time_point start_, last_;
};

}  // namespace cohort
