#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace cohort {

/// Waiting without burning a core: short pauses that grow to 1 ms while nothing happens.
class BackOff {
 public:
  void reset() { pause_ = kShortest; }
  void wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, kLongest);
  }

 private:
  static constexpr std::chrono::microseconds kShortest{10}, kLongest{1000};
  std::chrono::microseconds pause_ = kShortest;
};

}  // namespace cohort
