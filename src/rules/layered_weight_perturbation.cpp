#include <cohort/rules/layered_weight_perturbation.hpp>

#include <cohort/learning/layered_cost.hpp>

namespace cohort {

template <class Scalar>
Description LayeredWeightPerturbation<Scalar>::description() {
  Description d;
  d.name = "weight_perturbation";
  d.summary = "passes the batch again with all parameters disturbed and follows what lowered the loss";
  d.equation = "dE/dθ = ΔE/σ ξ, ΔE = E(θ + σξ) - E(θ), ξ = ±1 by coin";
  d.reference = "Cauwenberghs 1993, NeurIPS 5; Spall 1992, doi:10.1109/9.119632";
  d.parameters = WeightDisturbance<Scalar>::parameters();
  d.axes = "unbiased in the limit of small steps, random direction over all parameters";
  d.cost = "samples forward passes (twice that if antithetic)";
  return d;
}

template <class Scalar>
void LayeredWeightPerturbation<Scalar>::add_gradient(const LayeredContext<Scalar>& context,
                                                     ParameterSet<Scalar>& gradient) {
  LayeredNetwork<Scalar>& network = context.network;
  const auto activity_of = [&](Index layer) { return network.activity_of(layer); };
  const double undisturbed = layered_costs<Scalar>(context, context.activity.outputs, activity_of).sum();
  const auto cost = [&] {
    const Matrix<Scalar>& outputs = network.forward(context.batch.inputs, context.batch.n_trials).outputs;
    return layered_costs<Scalar>(context, outputs, activity_of).sum();
  };
  disturbance_.add_gradient(stream_.substream(context.update), network.parameters().values, undisturbed, cost, {},
                            gradient.values);
}

template class LayeredWeightPerturbation<float>;
template class LayeredWeightPerturbation<double>;

}  // namespace cohort
