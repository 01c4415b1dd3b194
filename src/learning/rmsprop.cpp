#include <cohort/learning/rmsprop.hpp>

namespace cohort {

template <class Scalar>
Description RmsProp<Scalar>::description() {
  Description d;
  d.name = "rmsprop";
  d.summary = "gradient over its running root mean square, optionally with momentum";
  d.equation = "s ← αs + (1-α)g²; v ← momentum · v + g / (√s + ε), centred: g / √(s - m² + ε); w ← w - rate · v";
  d.reference = "Tieleman & Hinton 2012, COURSERA: Neural Networks for Machine Learning, lecture 6.5";
  d.parameters = {ParameterInfo::number("rate", 1e-2, 0, 1e6, "1", "learning rate"),
                  ParameterInfo::number("alpha", 0.99, 0, 0.999999, "1", "decay of the mean square"),
                  ParameterInfo::number("epsilon", 1e-8, 0, 1, "1", "added to the root mean square"),
                  ParameterInfo::number("momentum", 0, 0, 1, "1", "share of the last change that is kept")};
  RateSchedule::add_parameters(d);
  d.parameters.push_back(
      ParameterInfo::flag("centred", false, "s - m² in place of s, m ← αm + (1-α)g, with ε within the root (Lee 2015)")
          .later());
  return d;
}

template <class Scalar>
RmsProp<Scalar>::RmsProp(const Parameters& parameters)
    : schedule_(parameters),
      alpha_(static_cast<Scalar>(parameters.number("alpha"))),
      epsilon_(static_cast<Scalar>(parameters.number("epsilon"))),
      momentum_(static_cast<Scalar>(parameters.number("momentum"))),
      is_centred_(parameters.flag("centred")) {}

template <class Scalar>
void RmsProp<Scalar>::update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) {
  if (update_ == 0) square_ = velocity_ = Vector<Scalar>::Zero(gradient.size());
  square_.array() = alpha_ * square_.array() + (1 - alpha_) * gradient.array().square();
  if (is_centred_) {
    if (update_ == 0) mean_ = Vector<Scalar>::Zero(gradient.size());
    mean_.array() = alpha_ * mean_.array() + (1 - alpha_) * gradient.array();
    velocity_.array() =
        momentum_ * velocity_.array() + gradient.array() / (square_.array() - mean_.array().square() + epsilon_).sqrt();
  } else {
    velocity_.array() = momentum_ * velocity_.array() + gradient.array() / (square_.array().sqrt() + epsilon_);
  }
  parameters -= static_cast<Scalar>(schedule_.rate(update_)) * velocity_;
  ++update_;
}

template <class Scalar>
void RmsProp<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("update", update_);
  visitor.visit("square", square_);
  visitor.visit("velocity", velocity_);
  if (is_centred_) visitor.visit("mean", mean_);
}

template class RmsProp<float>;
template class RmsProp<double>;

}  // namespace cohort
