#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/recurrent_cell.hpp>
#include <cohort/network/surrogate.hpp>

namespace cohort {

/// How spiking units fire: z = 1 where the membrane potential has reached the threshold A and the unit is not
/// refractory, else 0, with the surrogate derivative
///
///     ψ = ∂z/∂v = (γ/θ) k((v - A) / (w θ)),   0 while refractory
///
/// γ is `damping`, θ `threshold`, w `width`; k is `surrogate`, of height 1 at threshold:
/// max(0, 1 - |x|) (piecewise_linear; Bellec et al. 2018), 1/(1 + |x|)² (fast_sigmoid), exp(-x²/2) (gaussian).
///
/// `refractory=n`: two spikes of a unit are at least n steps apart, so that 0 and 1 mean no refractoriness. A state
/// variable counts the steps, this one included, in which the unit cannot fire; it has no derivative.
template <class Scalar>
class SpikeThreshold {
 public:
  /// Adds the parameters above to a cell's description.
  static void describe(Description& description);

  explicit SpikeThreshold(const Parameters& parameters);

  Scalar theta() const { return theta_; }

  /// The most spikes of a unit per step, on average.
  double highest_rate() const { return 1 / (1 + static_cast<double>(blocked_)); }

  /// The counter of one step from that of the step before and its spikes.
  template <class Before, class Spikes, class Counter>
  void count(const Before& before, const Spikes& spikes, Counter&& counter) const {
    if (blocked_ > 0) {
      counter = (before - 1).max(0) + blocked_ * spikes;
    } else {
      counter.setZero();
    }
  }

  /// Spikes and ψ from the distance to threshold v - A, an elementwise expression.
  template <class Distance, class Counter, class Spikes, class Slopes>
  void fire(const Distance& distance, const Counter& counter, Spikes&& spikes, Slopes&& slopes) const {
    spikes = (distance.floor() + 1).max(0).min(1);  // distance >= 0 in operations that have a SIMD form; keeps NaN
    visit_surrogate(surrogate_, [&](auto k) { slopes = height_ * k.value(distance * sharpness_); });
    if (blocked_ == 0) return;
    spikes *= 1 - counter.min(1);
    slopes *= 1 - counter.min(1);
  }

 private:
  Scalar theta_;
  Surrogate surrogate_;
  Scalar height_;     ///< γ/θ
  Scalar sharpness_;  ///< 1 / (w θ)
  Scalar blocked_;    ///< steps after a spike without another
};

}  // namespace cohort
