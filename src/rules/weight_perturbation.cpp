#include <cohort/rules/weight_perturbation.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/trial_cost.hpp>

namespace cohort {

template <class Scalar>
Description WeightPerturbation<Scalar>::description() {
  Description d;
  d.name = "weight_perturbation";
  d.summary = "runs trials again with all parameters disturbed and follows what lowered the loss";
  d.equation = "dE/dθ = ΔE/σ ξ, ΔE = E(θ + σξ) - E(θ), ξ = ±1 by coin";
  d.reference = "Cauwenberghs 1993, NeurIPS 5; Spall 1992, doi:10.1109/9.119632";
  d.parameters = WeightDisturbance<Scalar>::parameters();
  d.axes = "unbiased in the limit of small steps, all paths, random direction over all parameters";
  d.cost = "samples forward passes (twice that if antithetic)";
  return d;
}

template <class Scalar>
void WeightPerturbation<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  effective_ = effective_parameters(network);
}

template <class Scalar>
void WeightPerturbation<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  const double undisturbed = trial_costs(context, network, context.activity.outputs).sum();
  disturbance_.add_gradient(
      stream_.substream(context.update), network.parameters().values, undisturbed,
      [&] { return disturbed_cost(context, network); }, effective_, gradient.values);
}

template class WeightPerturbation<float>;
template class WeightPerturbation<double>;

}  // namespace cohort
