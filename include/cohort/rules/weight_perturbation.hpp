#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// Weight perturbation, all parameters at once (Cauwenberghs 1993, Advances in Neural Information Processing Systems 5;
/// Spall 1992): the trials run again with ±σ, a coin each, added to every parameter, and a cost that rose by ΔE speaks
/// against all of these changes,
///
///     dE/dθ ≈ ΔE/σ ξ,   ξ = ±1,
///
/// averaged over `samples`. With antithetic=true ΔE is half the difference between +ξ and -ξ, right to second order in
/// σ. Parameters that constraints rob of their effect are left alone. Unit noise is the same in all passes.
template <class Scalar>
class WeightPerturbation final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit WeightPerturbation(const Parameters& parameters);

  RuleTraits traits() const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  void draw_signs(RandomStream stream);

  double sigma_;
  Index samples_;
  bool antithetic_;
  RandomStream stream_;
  Vector<Scalar> effective_;  ///< 1 for parameters that have an effect, else 0
  Vector<Scalar> direction_;  ///< ξ
  Vector<Scalar> start_;      ///< the parameters, kept while they are disturbed
};

}  // namespace cohort
