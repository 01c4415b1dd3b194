#include <cohort/learning/adamw.hpp>

namespace cohort {

template <class Scalar>
Description AdamW<Scalar>::description() {
  Description d = Adam<Scalar>::description();
  d.name = "adamw";
  d.summary = "Adam whose weight decay does not pass through the moments";
  d.equation = "w ← (1 - rate · weight_decay) w, then Adam's update";
  d.reference = "Loshchilov & Hutter 2019, arXiv:1711.05101";
  d.parameters.push_back(ParameterInfo::number("weight_decay", 0.01, 0, 1e6, "1", "decay per unit of learning rate"));
  return d;
}

template <class Scalar>
AdamW<Scalar>::AdamW(const Parameters& parameters)
    : adam_(parameters), weight_decay_(parameters.number("weight_decay")) {}

template <class Scalar>
void AdamW<Scalar>::update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) {
  parameters *= static_cast<Scalar>(1 - adam_.rate() * weight_decay_);
  adam_.update(parameters, gradient);
}

template class AdamW<float>;
template class AdamW<double>;

}  // namespace cohort
