#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/temporal_rule.hpp>
#include <cohort/learning/recursive_least_squares.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <optional>

namespace cohort {

/// full-FORCE (DePasquale et al. 2018, doi:10.1371/journal.pone.0191527): a second network of the same cell with
/// random recurrent weights J_D ~ N(0, gain²/N) is driven by the target f through random weights u_f ~ U(±`feedback`);
/// recursive least squares teaches the recurrent weights to give every unit what its twin receives there, and the
/// readout its target:
///
///     W h_t -> J_D h^D_t + u_f f_t,   W_out h_t -> f_t - b_out,   every `every` steps, within the trial.
///
/// The driving network hears f with the delay of one step that a feedback of the output has, and shares input weights,
/// bias and initial state with the network that learns; those never change. Both regressions go on through all trials;
/// the trials of a batch are taken in one after the other. Where the mask leaves the output free the driving network
/// hears 0 and the readout learns nothing. Classes are taught as 1 and 0.
template <class Scalar>
class FullForce final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit FullForce(const Parameters& parameters);

  RuleTraits traits() const override {
    return {.relative_cost = 1 + 6 / static_cast<double>(every_),
            .steps_per_update = every_,
            .kind = UpdateKind::step,
            .is_passive = false};
  }
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  void run_driven(const TemporalContext<Scalar>& context, RecurrentNetwork<Scalar>& network);

  Index every_;
  double alpha_, gain_, feedback_gain_;
  ParameterSet<Scalar> driven_;    ///< of the driven network, whose inputs are [x; f]
  Trajectory<Scalar> trajectory_;  ///< of the driven network
  Matrix<Scalar> driven_inputs_;   ///< [x; f of the step before; 1]
  Matrix<Scalar> heard_;           ///< f after the last step, [n_outputs x n_trials]
  std::optional<RecursiveLeastSquares> recurrent_squares_, readout_squares_;
};

}  // namespace cohort
