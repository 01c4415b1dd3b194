#include <cohort/learning/sgd.hpp>

namespace cohort {

template <class Scalar>
Description Sgd<Scalar>::description() {
  Description d;
  d.name = "sgd";
  d.summary = "gradient descent, optionally with momentum";
  d.equation = "v ← momentum · v + g; w ← w - rate · v";
  d.reference = "Robbins & Monro 1951; Polyak 1964";
  d.parameters = {ParameterInfo::number("rate", 1e-2, 0, 1e6, "1", "learning rate"),
                  ParameterInfo::number("momentum", 0, 0, 1, "1", "share of the last change that is kept")};
  return d;
}

template <class Scalar>
Sgd<Scalar>::Sgd(const Parameters& parameters)
    : rate_(static_cast<Scalar>(parameters.number("rate"))),
      momentum_(static_cast<Scalar>(parameters.number("momentum"))) {}

template <class Scalar>
void Sgd<Scalar>::update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) {
  if (velocity_.size() == 0) velocity_ = Vector<Scalar>::Zero(gradient.size());
  velocity_ = momentum_ * velocity_ + gradient;
  parameters -= rate_ * velocity_;
}

template class Sgd<float>;
template class Sgd<double>;

}  // namespace cohort
