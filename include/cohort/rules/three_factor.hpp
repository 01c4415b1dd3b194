#pragma once

#include <cohort/learning/error_baseline.hpp>
#include <cohort/learning/exploration.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <string>
#include <vector>

namespace cohort {

/// θ_kl of a polynomial in presynaptic rate (power k) and postsynaptic deviation (power l).
struct PlasticityTerm {
  int rate_power;       ///< k, 0 to 5
  int deviation_power;  ///< l, 0 to 5
  double theta;
};

/// Reads `[k,l,θ, k,l,θ, ...]`. Throws UserError.
std::vector<PlasticityTerm> plasticity_terms(const std::string& text);

/// Three-factor plasticity with given coefficients (Maoutsa 2025, arXiv:2512.09366). The trials run again with random
/// pulses (see Exploration); eligibility traces
///
///     e_ij ← (1 - 1/τ) e_ij + Σ_kl θ_kl r_j(t-1)^k (x̄_i(t-1) - x_i(t))^l,   k, l = 0 .. 5,
///
/// become changes of weight when the trial ends, ΔW = η e (R - R̄): R is minus the mean error of the trial, R̄ its
/// running mean in the trial's condition. The default θ_33 = -1 is the point of Miconi 2017. Batches, warm-up and what
/// is learned as in reward_hebbian; nothing is clipped. The coefficients are those given; nothing here learns them.
template <class Scalar>
class ThreeFactor final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit ThreeFactor(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 2, .kind = UpdateKind::step, .is_passive = false}; }
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  void add_eligibility(double factor);

  double rate_, decay_;
  std::int64_t warm_up_;
  std::int64_t n_trials_ = 0;  ///< seen so far
  std::vector<PlasticityTerm> terms_;
  Exploration<Scalar> exploration_;
  ErrorBaseline baseline_;
  Matrix<Scalar> presynaptic_, deviation_;  ///< of one trial
  Matrix<Scalar> change_;                   ///< [n_units x n_units + 1]
};

}  // namespace cohort
