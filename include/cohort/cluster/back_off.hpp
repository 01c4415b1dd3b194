#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace cohort {

/// Waiting without burning a core: an answer that comes at once is met awake (the core is left to others in between);
/// then pauses that grow to 1 ms while nothing happens.
class BackOff {
 public:
  void reset() {
    n_yields_ = 0;
    pause_ = kShortest;
  }
  void wait() {
    if (n_yields_ < kYields) {
      ++n_yields_;
      std::this_thread::yield();
      return;
    }
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, kLongest);
  }

 private:
  static constexpr int kYields = 20;  // some 50 us: less than a pause takes to begin and end
  static constexpr std::chrono::microseconds kShortest{10}, kLongest{1000};
  int n_yields_ = 0;
  std::chrono::microseconds pause_ = kShortest;
};

}  // namespace cohort
