#pragma once

#include <cohort/learning/forward_mode.hpp>
#include <cohort/learning/sign_source.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <memory>

namespace cohort {

/// Unbiased online recurrent optimization (Tallec & Ollivier 2017, arXiv:1702.05043): the influence matrix as one
/// product A ⊗ B of a state vector and a parameter vector, kept that small by random signs ν that make it right on
/// average,
///
///     A ← p₀ J A + p₁ ν,   B ← B/p₀ + ν I_t/p₁,   p₀ = √(|B|/|J A|),   p₁ = √(|ν I_t|/|ν|),
///
/// with I_t the immediate influence. p₀ and p₁ keep the two factors of each product equally long, which makes the
/// variance least; where a product is zero they are 1.
template <class Scalar>
class Uoro final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Uoro(const Parameters& parameters) : Uoro(parameters, nullptr) {}

  /// With signs that are not drawn from the rule's stream.
  Uoro(const Parameters& parameters, std::shared_ptr<SignSource<Scalar>> signs);

  RuleTraits traits() const override { return {.relative_cost = 18, .steps_per_update = forward_.steps_per_update()}; }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { forward_.visit_state(visitor); }

 private:
  ForwardMode<Scalar> forward_;
  std::shared_ptr<SignSource<Scalar>> signs_;
};

}  // namespace cohort
