#include <cohort/rules/frozen_recurrent.hpp>

#include <cohort/learning/credit_axes.hpp>
#include <cohort/network/drive_reach.hpp>

namespace cohort {

template <class Scalar>
Description FrozenRecurrent<Scalar>::description() {
  Description d;
  d.name = "frozen_recurrent";
  d.summary = "control: only the readout learns";
  d.equation = "dE/dW_out = Σ e_t h_tᵀ, dE/db_out = Σ e_t; every other gradient is zero";
  d.reference = "Jaeger 2001, GMD report 148 (echo state networks)";
  d.axes = "no credit within the network; the readout's gradient is exact";
  d.cost = "O(B N n_out) time, O(1) memory";
  CreditAxes::describe_schedule(d);
  return d;
}

template <class Scalar>
FrozenRecurrent<Scalar>::FrozenRecurrent(const Parameters& parameters) : every_(parameters.integer("every")) {}

template <class Scalar>
void FrozenRecurrent<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  context.network.add_readout_gradient(context.output_error, gradient);
}

template class FrozenRecurrent<float>;
template class FrozenRecurrent<double>;

}  // namespace cohort
