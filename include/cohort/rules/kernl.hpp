#pragma once

#include <cohort/learning/drive_perturbation.hpp>
#include <cohort/learning/forward_mode.hpp>
#include <cohort/learning/relative_power.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <memory>
#include <optional>

namespace cohort {

/// How KeRNL thinks that a unit's rate at one time depends on another's before, ∂h_k(t)/∂h_i(t') ≈ β_ki (1 -
/// γ_i)^(t-t').
template <class Scalar>
struct SensitivityKernel {
  Matrix<Scalar> beta;   ///< β, [n_units x n_units]
  Vector<Scalar> gamma;  ///< γ, [n_units], in [0, 1]
};

/// Kernel recurrent neural network learning (Roth, Kanitscheider & Fiete 2019, "Kernel RNN learning (KeRNL)", ICLR; as
/// in the review of Marschall, Cho & Savin 2020, arXiv:1907.02649): an eligibility trace per connection, filtered by
/// each unit's own kernel, and a learned matrix β that says which errors a unit's activity leads to,
///
///     e_ij ← (1 - γ_i) e_ij + D_i ẑ_j,   dW_ij = Σ_t (Σ_k L_k β_ki) e_ij,   D = ∂h_t/∂u_t.
///
/// β and γ learn to predict what a perturbation does. A second pass of the cell hears, at each step, small white noise
/// ξ on its drives. The same filter of the noise, Ω_i ← (1 - γ_i) Ω_i + D_i ξ_i, should give the change of the rates:
/// Δh ≈ β Ω. After each batch both move along the gradient of the squared error, divided by the mean square of what
/// multiplies them (normalized least mean squares), so that `rate` means the same for every network and noise.
/// Roth et al. perturb states, and take plain gradient steps.
template <class Scalar>
class Kernl final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Kernl(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 22, .steps_per_update = forward_.steps_per_update()}; }
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;
  std::vector<RuleCurve> curves() const override;
  std::vector<double> curve_values() const override;

  const SensitivityKernel<Scalar>& kernel() const { return *kernel_; }

  /// Of the last trials so far: squared error of the predicted effects of the perturbation over their own square.
  double prediction_error() const { return relative_power(error_power_, effect_power_); }

 private:
  void run_perturbed(const TemporalContext<Scalar>& context);
  void observe_step(const TemporalContext<Scalar>& context, Index step);
  void filter_noise(const Linearization<Scalar>& derivatives);
  void improve_kernel();

  ForwardMode<Scalar> forward_;
  double gamma_, rate_, sigma_;
  std::shared_ptr<SensitivityKernel<Scalar>> kernel_;
  std::optional<DrivePerturbation<Scalar>> perturbation_;
  Trajectory<Scalar> perturbed_;
  Matrix<Scalar> noise_;             ///< ξ/σ of a step, [n_units x n_drives * n_trials]
  Matrix<Scalar> filtered_, slope_;  ///< Ω/σ and dΩ/dγ/σ, [n_units x n_trials]
  Matrix<Scalar> effect_, error_;    ///< Δh/σ, and how far off β Ω is, [n_units x n_trials]
  Matrix<Scalar> back_;              ///< βᵀ error
  Matrix<Scalar> beta_gradient_;
  Vector<Scalar> filtered_power_, gamma_gradient_, slope_power_;
  double error_power_ = 0, effect_power_ = 0;
};

}  // namespace cohort
