#pragma once

#include <cohort/core/parameters.hpp>

#include <cstdint>

namespace cohort {

/// The learning rate of every update: an optimizer's parameter `rate` times a factor that `schedule` names. With k the
/// updates done before (k = 0 for the first):
///
///     constant          1
///     step              decay^⌊k/period⌋                                as torch.optim.lr_scheduler.StepLR
///     exponential       decay^(k/period)                                ExponentialLR for period = 1
///     cosine            final + (1-final)(1 + cos(π k/horizon))/2, then final; Loshchilov & Hutter 2017,
///                       arXiv:1608.03983                                CosineAnnealingLR until the horizon
///     large_then_decay  factor while k < at, then max(1, factor · decay^((k-at)/period))
///
/// large_then_decay is a remedy in the sense of Liu et al. 2022 (arXiv:2206.00823) for rules that truncate the gradient
/// and so settle in sharper minima than it would: early rates too large for such minima, then gradual decay. The form
/// is Cohort's own. It ends at `rate`, so that it compares with `constant`.
///
/// `warmup` multiplies all of them by min(1, (k+1)/warmup) (Goyal et al. 2017, arXiv:1706.02677; LinearLR from 1/warmup
/// in warmup-1 updates).
class RateSchedule {
 public:
  /// Appends what every optimizer takes beside its own parameters.
  static void add_parameters(Description& description);

  /// Reads `rate` and the parameters above. Throws UserError if the schedule lacks one, or has no use for one given.
  explicit RateSchedule(const Parameters& parameters);

  /// The learning rate of update `update`, counted from 0.
  double rate(std::int64_t update) const;

 private:
  enum class Form { constant, cosine, exponential, large_then_decay, step };

  static Form form_of(const Parameters& parameters);
  void check(const Parameters& parameters) const;
  double factor(double update) const;

  Form form_;
  double rate_, period_, decay_, horizon_, final_, early_, at_, warmup_;
};

}  // namespace cohort
