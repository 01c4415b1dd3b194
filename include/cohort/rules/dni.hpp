#pragma once

#include <cohort/learning/error_feedback.hpp>
#include <cohort/learning/influence.hpp>
#include <cohort/learning/relative_power.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <vector>

namespace cohort {

/// Decoupled neural interfaces, synthetic gradients (Jaderberg et al. 2017, arXiv:1608.05343; linear and with one step
/// of bootstrapping as in Marschall, Cho & Savin 2020, arXiv:1907.02649): the credit of a state is guessed from what is
/// at hand, and the guess learns from the guess one step later,
///
///     c̃_t = A [h_t; y*_t; 1],   dE/dW = Σ_t (c̃_t ∘ D_t) ẑ_tᵀ,
///
/// learned towards L_t + J_{t+1}ᵀ c̃_{t+1}, at the end of a trial towards L_T.
///
/// y* is the target, or the class as a vector with a single one. L passes backward through a leaky readout. A starts as
/// zero. After each batch it moves along the gradient of the squared error, divided by the mean square of [h; y*; 1]
/// (normalized least mean squares), so that `rate` means the same for every network.
template <class Scalar>
class Dni final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Dni(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 13}; }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override { return {prediction_error()}; }

  /// A, [n_states x n_units + n_outputs + 1].
  const Matrix<Scalar>& synthesizer() const { return synthesizer_; }

  /// Of the last batch: squared error of the guesses over the square of what they should have been.
  double prediction_error() const { return relative_power(error_power_, target_power_); }

 private:
  struct Step {
    Linearization<Scalar> derivatives;
    Matrix<Scalar> signal;  ///< L_t, [n_units x n_trials]
    Matrix<Scalar> guess;   ///< c̃_t, [n_states x n_trials]
  };

  void prepare(const TemporalContext<Scalar>& context);
  void filter_error(const TemporalContext<Scalar>& context);
  void fill_features(const TemporalContext<Scalar>& context, Index step);
  void add_trial(const TemporalContext<Scalar>& context, Index trial);
  void add_drive_gradient(const TemporalContext<Scalar>& context, Index step, Index trial);
  void add_to(const RecurrentNetwork<Scalar>& network, ParameterSet<Scalar>& gradient) const;
  void improve();

  double rate_;
  ErrorFeedback<Scalar> error_feedback_;
  InfluenceLayout layout_;
  std::vector<Step> steps_;
  StepJacobian<Scalar> jacobian_;
  Matrix<Scalar> synthesizer_;
  Matrix<Scalar> features_;          ///< [h; y*; 1], [n_features x n_steps * n_trials]
  Matrix<Scalar> error_;             ///< c̃ - target, [n_states x n_steps * n_trials]
  Matrix<Scalar> output_error_;      ///< as it passes through the readout, [n_outputs x n_steps * n_trials]
  Matrix<Scalar> drive_gradient_;    ///< [n_drives * n_units x n_sources]
  Vector<Scalar> initial_gradient_;  ///< [n_units]
  Vector<Scalar> source_, rate_credit_, state_credit_, credit_, target_, drive_credit_;
  double error_power_ = 0, target_power_ = 0;
};

}  // namespace cohort
