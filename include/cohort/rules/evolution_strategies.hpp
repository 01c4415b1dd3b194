#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <vector>

namespace cohort {

/// Evolution strategies (Salimans et al. 2017, arXiv:1703.03864): parameters are disturbed by σξ and -σξ with normal ξ
/// for `population` pairs; of the costs only their ranks count, centred in [-1/2, 1/2]:
///
///     g = 1/(n σ) Σ_i (s_i⁺ - s_i⁻)/2 ξ_i,   s = (rank - 1)/(2n - 1) - 1/2, lowest cost first, ties alike.
///
/// A search direction whose length does not depend on the scale of the loss: the learning rate must fit. Parameters
/// that constraints rob of their effect are left alone. Unit noise is the same in all passes.
template <class Scalar>
class EvolutionStrategies final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit EvolutionStrategies(const Parameters& parameters);

  RuleTraits traits() const override {
    return {.relative_cost = 2 * static_cast<double>(population_), .is_passive = false};
  }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor&) override {}

 private:
  void draw(std::uint64_t update, Index pair);

  double sigma_;
  Index population_;
  RandomStream stream_;
  Vector<Scalar> effective_;  ///< 1 for parameters that have an effect, else 0
  Vector<Scalar> direction_;  ///< ξ of one pair
  Vector<Scalar> start_;      ///< the parameters, kept while they are disturbed
};

/// Ranks scaled to [-1/2, 1/2], the smallest value first; equal values get the mean of their ranks. A single value: 0.
std::vector<double> centred_ranks(const std::vector<double>& values);

}  // namespace cohort
