#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/network/recurrent_network.hpp>

namespace cohort {

/// Forward gradient (Silver et al. 2022, "Learning by directional gradient descent", ICLR; Baydin et al. 2022,
/// arXiv:2202.08587): forward-mode differentiation along one random direction Ξ ~ N(0, 1) of all weights costs as much
/// as a forward pass and no memory over time, and its directional derivative times the direction is unbiased,
///
///     dE/dW ≈ (∇E · Ξ) Ξ,   s'_t = decay s'_{t-1} + drive (Wd h'_{t-1} + Ξ ẑ_t),   ∇E · Ξ = Σ_t L_t · h'_t,
///
/// averaged over `samples`. Unlike perturbation there is no finite step. Directions lie in the space of the effective
/// weights of each drive and of the learned initial state; constraints take their share afterwards. The readout, whose
/// gradient needs no credit through time, is exact.
template <class Scalar>
class ForwardGradient final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit ForwardGradient(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 3 * static_cast<double>(samples_)}; }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

  /// The exact derivative of the cost when drives change by Ξ ẑ, ẑ = [h; x; 1], and initial states by `start`:
  /// `direction` Ξ is [n_drives * n_units x n_units + n_inputs + 1], `start` [n_units].
  static double slope(const TemporalContext<Scalar>& context, const Matrix<Scalar>& direction,
                      const Vector<Scalar>& start);

 private:
  Index samples_;
  RandomStream stream_;
};

}  // namespace cohort
