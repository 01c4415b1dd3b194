#include <cohort/learning/l2.hpp>

namespace cohort {

template <class Scalar>
Description L2<Scalar>::description() {
  Description d;
  d.name = "l2";
  d.summary = "squared weights, without biases and initial states";
  d.equation = "½ λ Σ w² over recurrent, input and readout weights";
  d.reference = "Krogh & Hertz 1991, Advances in Neural Information Processing Systems 4";
  d.parameters = {ParameterInfo::number("weight", 1e-4, 0, 1e30, "1", "λ")};
  return d;
}

template <class Scalar>
void L2<Scalar>::add_gradient(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient, double& value) {
  for (const ParameterBlock& block : gradient.layout.blocks()) {
    if (block.role == ParameterRole::bias || block.role == ParameterRole::readout_bias ||
        block.role == ParameterRole::initial_state)
      continue;
    const auto weights = parameters.block(block.name);
    value += weight_ / 2 * static_cast<double>(weights.squaredNorm());
    gradient.block(block.name) += static_cast<Scalar>(weight_) * weights;
  }
}

template class L2<float>;
template class L2<double>;

}  // namespace cohort
