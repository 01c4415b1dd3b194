#include <cohort/rules/frozen.hpp>

namespace cohort {

template <class Scalar>
Description Frozen<Scalar>::description() {
  Description d;
  d.name = "frozen";
  d.summary = "control: only the output layer learns";
  d.equation = "dE/dW_L = Σ e_L h_{L-1}ᵀ, dE/db_L = Σ e_L; every other gradient is zero";
  d.reference = "Rahimi & Recht 2007, NeurIPS 20 (random features)";
  d.axes = "no credit within the network; the output layer's gradient is exact";
  d.cost = "O(B N n_out) time, O(B n_out) memory";
  return d;
}

template <class Scalar>
void Frozen<Scalar>::add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  const LayeredNetwork<Scalar>& network = context.network;
  const Layer& last = network.layers().back();
  const auto n_layers = static_cast<Index>(network.layers().size());
  credit_.setZero(last.n_units, context.output_error.cols());
  credit_.topRows(context.output_error.rows()) = context.output_error;
  if (!context.direct.is_zero())
    add_direct_credit<Scalar>(context, network.n_units() - last.n_units, network.activity_of(n_layers), credit_);
  credit_.array() *= network.slope_of(n_layers).array();
  for (const LayerSource& source : last.sources)
    gradient.block(source.weights).noalias() +=
        credit_ * network.activity_of(source.layer).topRows(source.n_read).transpose();
  if (!last.bias.empty()) gradient.block(last.bias) += credit_.rowwise().sum();
}

template class Frozen<float>;
template class Frozen<double>;

}  // namespace cohort
