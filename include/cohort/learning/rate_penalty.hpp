#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/regularizer.hpp>
#include <cohort/learning/training_options.hpp>

namespace cohort {

/// Firing rate regularizer (Bellec et al. 2020): ½ c Σ (r - r*)² over units, with r* a target and r the mean rate of a
/// unit over the steps and trials of an update (of each part of the trials under an online schedule); or, per trial,
/// the mean over trials of that sum with r the mean over the steps of the trial.
template <class Scalar>
class RatePenalty final : public Regularizer<Scalar> {
 public:
  static Description description();
  /// `target_hz` in Hz; rates are counted per step.
  RatePenalty(double weight, double target_hz, RatePenaltyPer per = RatePenaltyPer::batch)
      : weight_(weight), target_hz_(target_hz), per_(per) {}
  explicit RatePenalty(const Parameters& parameters)
      : RatePenalty(parameters.number("weight"), parameters.number("target_hz"),
                    rate_penalty_per_from(parameters.text("per"))) {}

  void add_credit(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct, double& value) override;

 private:
  void add_credit_of_trials(const RegularizedPass<Scalar>& pass, DirectCredit<Scalar>& direct, double& value);

  double weight_, target_hz_;
  RatePenaltyPer per_;
};

}  // namespace cohort
