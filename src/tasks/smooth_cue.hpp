#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// Edges of the cues of the reach tasks (Liu, Yang & Cueva 2025): rounded, so that activity has no sharp
/// discontinuities when a cue comes or goes.
inline constexpr double kCueRise[] = {.05, .1, .2, .35, .65, .8, .9, .95};
inline constexpr Index kCueRiseSteps = 8;

/// Value at `step` of a cue that rises, stays `n_plateau` steps at 1, and falls; 0 outside.
constexpr double smooth_cue(Index step, Index n_plateau) {
  const Index last = 2 * kCueRiseSteps + n_plateau - 1;
  if (step < 0 || step > last) return 0;
  if (step < kCueRiseSteps) return kCueRise[step];
  return step < kCueRiseSteps + n_plateau ? 1 : kCueRise[last - step];
}

}  // namespace cohort
