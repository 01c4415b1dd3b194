#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layered_rule.hpp>

namespace cohort {

/// Weight perturbation of networks of layers, all parameters at once (Cauwenberghs 1993; Spall 1992): the batch passes
/// again with ±σ, a coin each, added to every parameter, and a loss that rose by ΔE speaks against all of these
/// changes, dE/dθ ≈ ΔE/σ ξ, averaged over `samples`; with antithetic=true ΔE is half the difference between +ξ and -ξ.
template <class Scalar>
class LayeredWeightPerturbation final : public LayeredRule<Scalar> {
 public:
  static Description description();
  explicit LayeredWeightPerturbation(const Parameters& parameters);

  RuleTraits traits() const override;
  void begin(const LayeredNetwork<Scalar>&, const RandomStream& stream) override { stream_ = stream; }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  void draw_signs(RandomStream stream);

  double sigma_;
  Index samples_;
  bool antithetic_;
  RandomStream stream_{"rule", "", 0};
  Vector<Scalar> direction_, start_;
};

}  // namespace cohort
