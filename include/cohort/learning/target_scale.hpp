#pragma once

#include <cohort/tasks/trial_batch.hpp>

#include <vector>

namespace cohort {

/// What the squared error of one output is divided by, from its target y* over the counted samples of a batch.
struct TargetScale {
  double weight = 0;    ///< Σ mask; 0: the output is never counted
  double mean = 0;      ///< of y*
  double divisor = 1;   ///< D, see target_scales
  bool varies = false;  ///< y* takes values that differ by more than rounding errors
};

/// The scale of every output, [n_outputs]. In the normalized error Σ mask (y - y*)² of an output is divided by
///
///     D = Σ mask (y* - mean y*)²   where the target varies: 1 means no better than the best constant;
///     D = Σ mask y*²               where it is a constant other than 0: 1 means no better than silence;
///     D = s Σ mask                 where it is always 0, with s the mean over all outputs that are not of their mean
///                                  y*² (1 when there are none): 1 means as large as the other targets are.
///
/// All are sums over the same samples as the squared error, so that the error depends neither on the number of trials
/// nor on that of steps, and not on the unit of the targets unless all of them are 0. A target counts as constant when
/// its standard deviation is at most 1e-6 of its root mean square: numbers in single precision come no nearer.
template <class Scalar>
std::vector<TargetScale> target_scales(const TrialBatch<Scalar>& batch);

}  // namespace cohort
