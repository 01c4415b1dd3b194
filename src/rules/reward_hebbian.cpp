#include <cohort/rules/reward_hebbian.hpp>

#include <cohort/network/drive_reach.hpp>

namespace cohort {

template <class Scalar>
Description RewardHebbian<Scalar>::description() {
  Description d;
  d.name = "reward_hebbian";
  d.summary = "reward-modulated Hebbian learning from one number per trial; readout and input weights stay fixed";
  d.equation = "H_ij = Σ_t [r_j(t-1) (x_i - x̄_i)]³, x̄ ← κ x̄ + (1-κ) x; ΔW = -η Ē H (E - Ē), clipped entry by entry";
  d.reference = "Miconi 2017, doi:10.7554/eLife.20899";
  d.parameters = {
      ParameterInfo::number("rate", 0.1, 0, 1e6, "1", "η"),
      ParameterInfo::number("max_change", 3e-4, 0, 1e6, "1", "largest change of a weight by one trial"),
      ParameterInfo::number("baseline", 0.75, 0, 1, "1", "what the mean error of a condition keeps of itself"),
      ParameterInfo::integer("warm_up", 100, 0, 1'000'000'000, "trials", "trials before weights change")};
  Exploration<Scalar>::describe(d);
  d.serves = Served::only({"ctrnn", "rate"});
  d.axes = "no gradient: reward times the cubed correlation of presynaptic rates and voltage fluctuations";
  d.cost = "one forward pass and O(B N²) time per step; O(B T N) memory";
  return d;
}

template <class Scalar>
RewardHebbian<Scalar>::RewardHebbian(const Parameters& parameters)
    : rate_(parameters.number("rate")),
      max_change_(static_cast<Scalar>(parameters.number("max_change"))),
      warm_up_(parameters.integer("warm_up")),
      exploration_(parameters),
      baseline_(parameters.number("baseline")) {}

template <class Scalar>
void RewardHebbian<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  check_one_drive(network, "reward_hebbian");
}

template <class Scalar>
void RewardHebbian<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  exploration_.begin(network, stream);
}

template <class Scalar>
void RewardHebbian<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const RecurrentNetwork<Scalar>& network = context.network;
  const VectorXd errors = exploration_.run(context);
  change_ = Matrix<Scalar>::Zero(network.n_units(), network.n_units() + 1);
  for (Index trial = 0; trial < errors.size(); ++trial) {
    const int condition = context.batch.conditions[static_cast<std::size_t>(trial)];
    const double mean = baseline_.mean(condition);
    if (n_trials_++ >= warm_up_) {
      exploration_.trial(network, trial, presynaptic_, deviation_);
      // The cube of a product is the product of the cubes, so H is one matrix product.
      const Matrix<Scalar> eligibility =
          deviation_.array().cube().matrix() * presynaptic_.array().cube().matrix().transpose();
      const auto factor = static_cast<Scalar>(-rate_ * mean * (errors[trial] - mean));
      change_ += (factor * eligibility).cwiseMin(max_change_).cwiseMax(-max_change_);
    }
    baseline_.add(condition, errors[trial]);
  }
  exploration_.add_step(network, change_, gradient);
}

template <class Scalar>
void RewardHebbian<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("n_trials", n_trials_);
  visitor.visit_part("baseline", baseline_);
}

template class RewardHebbian<float>;
template class RewardHebbian<double>;

}  // namespace cohort
