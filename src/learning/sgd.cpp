#include <cohort/learning/sgd.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

template <class Scalar>
Description Sgd<Scalar>::description() {
  Description d;
  d.name = "sgd";
  d.summary = "gradient descent, optionally with momentum";
  d.equation = "v ← momentum · v + g; w ← w - rate · v; Nesterov: w ← w - rate · (g + momentum · v)";
  d.reference = "Robbins & Monro 1951; Polyak 1964; Nesterov 1983, Sutskever et al. 2013";
  d.parameters = {ParameterInfo::number("rate", 1e-2, 0, 1e6, "1", "learning rate"),
                  ParameterInfo::number("momentum", 0, 0, 1, "1", "share of the last change that is kept"),
                  ParameterInfo::flag("nesterov", false, "Nesterov's momentum")};
  RateSchedule::add_parameters(d);
  return d;
}

template <class Scalar>
Sgd<Scalar>::Sgd(const Parameters& parameters)
    : schedule_(parameters),
      momentum_(static_cast<Scalar>(parameters.number("momentum"))),
      form_(parameters.flag("nesterov") ? Momentum::nesterov : Momentum::heavy_ball) {
  if (form_ == Momentum::nesterov && momentum_ == 0)
    throw UserError("nesterov=true has no effect on sgd", "its momentum is 0", "Add momentum=0.9.");
}

template <class Scalar>
void Sgd<Scalar>::update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) {
  if (update_ == 0) velocity_ = Vector<Scalar>::Zero(gradient.size());
  const auto rate = static_cast<Scalar>(schedule_.rate(update_));
  velocity_ = momentum_ * velocity_ + gradient;
  if (form_ == Momentum::nesterov) {
    parameters -= rate * (gradient + momentum_ * velocity_);
  } else {
    parameters -= rate * velocity_;
  }
  ++update_;
}

template <class Scalar>
void Sgd<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("update", update_);
  visitor.visit("velocity", velocity_);
}

template class Sgd<float>;
template class Sgd<double>;

}  // namespace cohort
