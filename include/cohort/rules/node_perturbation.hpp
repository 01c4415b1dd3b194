#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <string>

namespace cohort {

/// Node perturbation (Fiete & Seung 2006, doi:10.1103/PhysRevLett.97.048104): the trials run again with normal noise
/// σξ_t on the drives; noise that raised the cost of a trial by ΔE counts against the connections that would have
/// caused it,
///
///     dE/dW ≈ 1/σ Σ_t ΔE ξ_t ẑ_tᵀ,   ẑ_t = [h_{t-1}; x_t; 1],
///
/// averaged over `samples`. Each trial's noise is weighed by that trial's ΔE alone. To first order in σ the mean over
/// the noise is the gradient. ẑ is that of the pass without noise; unit noise is the same in all passes. With
/// antithetic=true the trials run with -ξ too and ΔE is half the difference of the two, right to second order in σ.
///
/// A learned initial state s₀ is disturbed alike, by σξ₀ of each trial, and dE/ds₀ ≈ 1/σ Σ ΔE ξ₀ over trials. The
/// readout, whose gradient needs no credit through time, is exact.
template <class Scalar>
class NodePerturbation final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit NodePerturbation(const Parameters& parameters);

  RuleTraits traits() const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  void estimate_credit(const TemporalContext<Scalar>& context, RecurrentNetwork<Scalar>& network);

  double sigma_;
  Index samples_;
  bool antithetic_;
  RandomStream stream_;
  std::string learned_start_;  ///< block of the learned initial state, empty for none
  Matrix<Scalar> noise_;   ///< ξ, drive by drive: [n_units x n_drives * n_steps * n_trials], then ξ₀ of each trial
  Matrix<Scalar> credit_;  ///< estimate of dE/du and dE/ds₀, the same shape
  PaddedMatrix<Scalar> rates_;  ///< h of the pass without noise
};

}  // namespace cohort
