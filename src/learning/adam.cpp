#include <cohort/learning/adam.hpp>

#include <cmath>

namespace cohort {

template <class Scalar>
Description Adam<Scalar>::description() {
  Description d;
  d.name = "adam";
  d.summary = "adaptive moments with bias correction";
  d.equation = "m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g²; w ← w - rate · m̂ / (√v̂ + ε)";
  d.reference = "Kingma & Ba 2015, arXiv:1412.6980";
  d.parameters = {ParameterInfo::number("rate", 1e-3, 0, 1e6, "1", "learning rate"),
                  ParameterInfo::number("beta1", 0.9, 0, 0.999999, "1", "decay of the mean"),
                  ParameterInfo::number("beta2", 0.999, 0, 0.999999, "1", "decay of the mean square"),
                  ParameterInfo::number("epsilon", 1e-8, 0, 1, "1", "added to the root mean square")};
  RateSchedule::add_parameters(d);
  d.parameters.push_back(ParameterInfo::choice("epsilon_at", "inside", {"inside", "outside"},
                                               "of the bias correction of v: √v̂ + ε; or √v + ε before it, as NEST")
                             .later());
  d.parameters.push_back(
      ParameterInfo::flag("correction", true, "of the moments for their start at 0 (Ahmad et al. 2020: false)")
          .later());
  return d;
}

template <class Scalar>
Adam<Scalar>::Adam(const Parameters& parameters)
    : schedule_(parameters),
      beta1_(parameters.number("beta1")),
      beta2_(parameters.number("beta2")),
      epsilon_(parameters.number("epsilon")),
      corrects_epsilon_(parameters.text("epsilon_at") == "outside"),
      corrects_moments_(parameters.flag("correction")) {}

template <class Scalar>
void Adam<Scalar>::update(Vector<Scalar>& parameters, const Vector<Scalar>& gradient) {
  if (update_ == 0) mean_ = square_ = Vector<Scalar>::Zero(gradient.size());
  const auto n_updates = static_cast<double>(update_ + 1);
  const auto beta1 = static_cast<Scalar>(beta1_), beta2 = static_cast<Scalar>(beta2_);
  const double mean_weight = corrects_moments_ ? 1 - std::pow(beta1_, n_updates) : 1;
  const double square_weight = corrects_moments_ ? 1 - std::pow(beta2_, n_updates) : 1;
  const auto step = static_cast<Scalar>(rate() / mean_weight);
  const auto root = static_cast<Scalar>(1 / std::sqrt(square_weight));
  const auto epsilon = corrects_epsilon_ ? root * static_cast<Scalar>(epsilon_) : static_cast<Scalar>(epsilon_);
  mean_.array() = beta1 * mean_.array() + (1 - beta1) * gradient.array();
  square_.array() = beta2 * square_.array() + (1 - beta2) * gradient.array().square();
  parameters.array() -= step * mean_.array() / (root * square_.array().sqrt() + epsilon);
  ++update_;
}

template <class Scalar>
void Adam<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("update", update_);
  visitor.visit("mean", mean_);
  visitor.visit("square", square_);
}

template class Adam<float>;
template class Adam<double>;

}  // namespace cohort
