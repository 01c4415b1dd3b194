#include <cohort/learning/credit_rule.hpp>

#include <cohort/core/errors.hpp>

#include <cmath>

namespace cohort {

template <class Scalar>
CreditRule<Scalar>::CreditRule(const CreditAxes& axes) : axes_(axes) {
  expects(axes.path != CreditPath::given, "axes that name no weights of their own");
  credit_.path = axes.path;
  credit_.hops = axes.hops;
  credit_.horizon = axes.horizon;
}

template <class Scalar>
void CreditRule<Scalar>::begin(const Network<Scalar>& network, const RandomStream& stream) {
  if (axes_.feedback == Feedback::symmetric) return;
  RandomStream own = stream;
  const double limit = 1 / std::sqrt(static_cast<double>(network.n_units()));
  feedback_.resize(network.n_units(), network.n_outputs());
  for (Index i = 0; i < feedback_.size(); ++i) feedback_(i) = static_cast<Scalar>(own.uniform(-limit, limit));
}

template <class Scalar>
void CreditRule<Scalar>::add_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  auto* network = dynamic_cast<RecurrentNetwork<Scalar>*>(&context.network);
  expects(network != nullptr, "a recurrent network for a temporal rule");
  if (axes_.feedback == Feedback::symmetric) feedback_ = network->parameters().block("W_out").transpose();
  network->backward(context.batch.inputs, context.output_error, feedback_, context.direct, credit_, gradient);
}

template class CreditRule<float>;
template class CreditRule<double>;

}  // namespace cohort
