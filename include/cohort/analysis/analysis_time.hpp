#pragma once

#include <cohort/analysis/analysis.hpp>

namespace cohort {

/// What an analysis of all runs is expected to take.
struct AnalysisTime {
  double seconds = 0;        ///< of processor time
  double longest_item = 0;   ///< the same of its costliest item
  bool is_measured = false;  ///< an item was tried here and now; else counted from its operations
};

/// Tries one item of `analysis`, that of median cost, on `runs` for some `patience` seconds of processor time. Of an
/// item that takes longer parts are tried: the analysis is asked for a few of its numbers only. Other items cost in
/// proportion to Analysis::cost. What cannot be tried is counted at an eighth of the speed of a matrix product, which
/// is what searches for fixed points of trained networks reach.
AnalysisTime measured_time(const Analysis& analysis, const FinishedRuns& runs, double patience);

}  // namespace cohort
