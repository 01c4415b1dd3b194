#pragma once

#include <cohort/learning/forward_mode.hpp>
#include <cohort/learning/sign_source.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <memory>

namespace cohort {

/// Kronecker-factored real-time recurrent learning (Mujika, Meier & Steger 2018, arXiv:1805.10842): the influence
/// matrix as one product A ⊗ B of a vector over sources and a matrix over states and drives, right on average over
/// random signs ν,
///
///     A ← ν₀ p₀ A + ν₁ p₁ ẑ,   B ← ν₀ J B/p₀ + ν₁ D/p₁,   p₀ = √(|J B|/|A|),   p₁ = √(|D|/|ẑ|),
///
/// with D = ∂s_t/∂u_t. Its noise is smaller than that of a rank-one product because D enters whole. A learned initial
/// state is one more source, which speaks once, before the first step.
template <class Scalar>
class KfRtrl final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit KfRtrl(const Parameters& parameters) : KfRtrl(parameters, nullptr) {}

  /// With signs that are not drawn from the rule's stream.
  KfRtrl(const Parameters& parameters, std::shared_ptr<SignSource<Scalar>> signs);

  RuleTraits traits() const override {
    return {.relative_cost = n_units_, .steps_per_update = forward_.steps_per_update()};
  }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { forward_.visit_state(visitor); }

 private:
  ForwardMode<Scalar> forward_;
  std::shared_ptr<SignSource<Scalar>> signs_;
  double n_units_ = 100;  ///< for the cost, a guess until training begins
};

}  // namespace cohort
