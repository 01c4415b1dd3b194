#pragma once

#include <cohort/learning/error_baseline.hpp>
#include <cohort/learning/exploration.hpp>
#include <cohort/learning/temporal_rule.hpp>

namespace cohort {

/// Reward-modulated Hebbian learning (Miconi 2017, doi:10.7554/eLife.20899, released code). The trials run again with
/// random pulses (see Exploration); each trial's eligibility grows with the cube of rate times deviation,
///
///     H_ij = Σ_t [r_j(t-1) (x_i(t) - x̄_i(t-1))]³,   ΔW = -η Ē H (E - Ē), each entry within ±`max_change`,
///
/// with E the mean error of the trial and Ē its running mean in the trial's condition, Ē ← .75 Ē + .25 E from zero.
/// Nothing changes in the first `warm_up` trials. In a batch each trial's change is computed by itself from the same
/// weights, and the changes are added up: batch = 1 is the published order.
///
/// Learned are the recurrent weights and the bias (published: the weights of constant units, which are biases). Input
/// weights, initial state and readout stay as they were drawn. Differences from the published code: the output there is
/// the rate of one unit, here the network's readout, fixed at random; x̄ starts afresh in each trial; trials start from
/// the initial state, not from a random one (give the cell `noise` for that).
template <class Scalar>
class RewardHebbian final : public TemporalRule<Scalar> {
 public:
  static Description description();
  explicit RewardHebbian(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 2, .kind = UpdateKind::step, .is_passive = false}; }
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

 private:
  double rate_;
  Scalar max_change_;
  std::int64_t warm_up_;
  std::int64_t n_trials_ = 0;  ///< seen so far
  Exploration<Scalar> exploration_;
  ErrorBaseline baseline_;
  Matrix<Scalar> presynaptic_, deviation_;  ///< of one trial
  Matrix<Scalar> change_;                   ///< [n_units x n_units + 1]
};

}  // namespace cohort
