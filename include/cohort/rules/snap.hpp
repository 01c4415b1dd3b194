#pragma once

#include <cohort/learning/forward_mode.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <vector>

namespace cohort {

/// SnAp-n, the sparse n-step approximation (Menick et al. 2021, arXiv:2006.07232): real-time recurrent learning that
/// keeps the influence of a parameter on those units only that its own unit reaches through fewer than n connections.
///
/// Connections are those that exist (`sparsity`, `self_connections`, `dale`), whatever their weights. With every
/// connection there, n = 2 already is real-time recurrent learning; n = 1 is the rule `snap1`, which does the same in
/// one backward pass.
template <class Scalar>
class Snap final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Snap(const Parameters& parameters);

  RuleTraits traits() const override {
    return {.relative_cost = relative_cost_, .steps_per_update = forward_.steps_per_update()};
  }
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override { forward_.visit_state(visitor); }

  /// For each unit the units, ascending, that it reaches through fewer than `n` connections: itself first of all.
  static std::vector<std::vector<Index>> reached_units(const RecurrentNetwork<Scalar>& network, Index n);

 private:
  Index n_;
  ForwardMode<Scalar> forward_;
  double relative_cost_;
};

}  // namespace cohort
