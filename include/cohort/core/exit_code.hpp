#pragma once

namespace cohort {

/// Exit codes of the program.
inline constexpr int kAllDone = 0;
inline constexpr int kInternalError = 1;
inline constexpr int kUserError = 2;
inline constexpr int kSomeFailed = 3;
inline constexpr int kStoppedEarly = 75;

}  // namespace cohort
