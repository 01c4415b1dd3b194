#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/regularizer.hpp>

namespace cohort {

/// Firing rate regularizer (Bellec et al. 2020): ½ c Σ (r - r*)² over units, with r the mean rate of a unit over the
/// steps and trials of an update (of each part of the trials under an online schedule) and r* a target.
template <class Scalar>
class RatePenalty final : public Regularizer<Scalar> {
 public:
  static Description description();
  /// `target_hz` in Hz; rates are counted per step.
  RatePenalty(double weight, double target_hz) : weight_(weight), target_hz_(target_hz) {}
  explicit RatePenalty(const Parameters& parameters)
      : RatePenalty(parameters.number("weight"), parameters.number("target_hz")) {}

  void add_credit(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct, double& value) override;

 private:
  double weight_, target_hz_;
};

}  // namespace cohort
