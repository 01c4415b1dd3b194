#include <cohort/learning/weight_disturbance.hpp>

namespace cohort {

template <class Scalar>
std::vector<ParameterInfo> WeightDisturbance<Scalar>::parameters() {
  return {ParameterInfo::number("sigma", 1e-3, 1e-9, 1e6, "1", "σ, how far each parameter is moved"),
          ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "directions averaged in an update"),
          ParameterInfo::flag("antithetic", false, "try every direction with both signs")};
}

template <class Scalar>
WeightDisturbance<Scalar>::WeightDisturbance(const Parameters& parameters)
    : sigma_(parameters.number("sigma")),
      samples_(parameters.integer("samples")),
      antithetic_(parameters.flag("antithetic")) {}

/// 64 coins at a time.
template <class Scalar>
void WeightDisturbance<Scalar>::draw(RandomStream stream, const Vector<Scalar>& reach) {
  std::uint64_t coins = 0;
  for (Index i = 0; i < direction_.size(); ++i) {
    if (i % 64 == 0) coins = stream.bits();
    const Scalar size = reach.size() > 0 ? reach[i] : Scalar(1);
    direction_[i] = coins >> (i % 64) & 1 ? size : -size;
  }
}

template <class Scalar>
void WeightDisturbance<Scalar>::add_gradient(const RandomStream& stream, Vector<Scalar>& values, double undisturbed,
                                             const std::function<double()>& cost, const Vector<Scalar>& reach,
                                             Vector<Scalar>& gradient) {
  start_ = values;
  direction_.resize(start_.size());
  for (Index sample = 0; sample < samples_; ++sample) {
    draw(stream.substream(static_cast<std::uint64_t>(sample)), reach);
    const auto cost_at = [&](double step) {
      values = start_ + static_cast<Scalar>(step) * direction_;
      return cost();
    };
    double rise = cost_at(sigma_);
    rise = antithetic_ ? (rise - cost_at(-sigma_)) / 2 : rise - undisturbed;
    gradient += static_cast<Scalar>(rise / (sigma_ * static_cast<double>(samples_))) * direction_;
  }
  values = start_;
}

template class WeightDisturbance<float>;
template class WeightDisturbance<double>;

}  // namespace cohort
