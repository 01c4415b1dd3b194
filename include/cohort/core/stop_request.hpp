#pragma once

#include <functional>

namespace cohort {

/// Thrown by a StopCheck to end the work under way early: it is given up, and nothing is wrong with it.
struct StopRequest {};

/// Called by long work between its own iterations, every few milliseconds if it can: throws StopRequest when the job is
/// to end early. On rank 0 it also answers the other ranks, so work that does not call it makes them wait. An empty one
/// never stops anything.
using StopCheck = std::function<void()>;

/// Calls `stop` if there is one.
inline void ask(const StopCheck& stop) {
  if (stop) stop();
}

}  // namespace cohort
