#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/learning/recursive_least_squares.hpp>

#include <optional>

namespace cohort {

/// FORCE (Sussillo & Abbott 2009, doi:10.1016/j.neuron.2009.07.018): every `every` steps, within the trial, recursive
/// least squares brings the readout to its target at once, and the output z = W_out h is fed back to the units through
/// fixed random weights u ~ U(±`feedback`), so that the network comes to drive itself with the right output.
///
/// Feeding z back is the same as adding u W_out to the recurrent weights, and that is what happens here: each change
/// ΔW_out comes with ΔW = u ΔW_out. The start weights W stand for M + u W_out of the start; M, W_in, b, b_out and the
/// initial state never change. The fed back output is the one after its update. P goes on through all trials; the
/// trials of a batch are taken in one after the other (batch = 1 is the published order). Steps that the mask leaves
/// out teach nothing; classes are taught as 1 and 0.
template <class Scalar>
class Force final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit Force(const Parameters& parameters);

  RuleTraits traits() const override {
    return {.relative_cost = 2 / static_cast<double>(every_),
            .steps_per_update = every_,
            .kind = UpdateKind::step,
            .is_passive = false};
  }
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  Index every_;
  double alpha_, gain_;
  MatrixXd feedback_;                             ///< u, [n_units x n_outputs]
  std::optional<RecursiveLeastSquares> squares_;  ///< of the units that the readout sees
};

}  // namespace cohort
