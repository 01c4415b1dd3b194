#pragma once

#include <cstdint>

namespace cohort {

/// How a run ended. The numbers are written to the results file; never renumber them.
enum class RunStatus : std::uint8_t {
  pending = 0,   ///< not finished: never started, or its job died
  done = 1,      ///< finished
  diverged = 2,  ///< its loss or gradient became NaN or exploded; the curve so far is kept. A result, not an accident
  failed = 3     ///< an error ended it; the message says which
};

}  // namespace cohort
