#include <cohort/rules/weight_perturbation.hpp>

#include <cohort/network/drive_reach.hpp>
#include <cohort/learning/trial_cost.hpp>

namespace cohort {

template <class Scalar>
Description WeightPerturbation<Scalar>::description() {
  Description d;
  d.name = "weight_perturbation";
  d.summary = "runs trials again with all parameters disturbed and follows what lowered the loss";
  d.equation = "dE/dθ = ΔE/σ ξ, ΔE = E(θ + σξ) - E(θ), ξ = ±1 by coin";
  d.reference = "Cauwenberghs 1993, NeurIPS 5; Spall 1992, doi:10.1109/9.119632";
  d.parameters = {ParameterInfo::number("sigma", 1e-3, 1e-9, 1e6, "1", "σ, how far each parameter is moved"),
                  ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "directions averaged in an update"),
                  ParameterInfo::flag("antithetic", false, "try every direction with both signs")};
  d.axes = "unbiased in the limit of small steps, all paths, random direction over all parameters";
  d.cost = "samples forward passes (twice that if antithetic)";
  return d;
}

template <class Scalar>
WeightPerturbation<Scalar>::WeightPerturbation(const Parameters& parameters)
    : sigma_(parameters.number("sigma")),
      samples_(parameters.integer("samples")),
      antithetic_(parameters.flag("antithetic")),
      stream_("rule", "", 0) {}

template <class Scalar>
RuleTraits WeightPerturbation<Scalar>::traits() const {
  return {.relative_cost = static_cast<double>(samples_ * (antithetic_ ? 2 : 1)), .is_passive = false};
}

template <class Scalar>
void WeightPerturbation<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  stream_ = stream;
  effective_ = effective_parameters(network);
}

/// 64 coins at a time.
template <class Scalar>
void WeightPerturbation<Scalar>::draw_signs(RandomStream stream) {
  direction_.resize(effective_.size());
  std::uint64_t coins = 0;
  for (Index i = 0; i < direction_.size(); ++i) {
    if (i % 64 == 0) coins = stream.bits();
    direction_[i] = coins >> (i % 64) & 1 ? effective_[i] : -effective_[i];
  }
}

template <class Scalar>
void WeightPerturbation<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  RecurrentNetwork<Scalar>& network = context.network;
  const double undisturbed = trial_costs(context, network, context.activity.outputs).sum();
  start_ = network.parameters().values;
  for (Index sample = 0; sample < samples_; ++sample) {
    draw_signs(stream_.substream(context.update).substream(static_cast<std::uint64_t>(sample)));
    const auto cost_at = [&](double step) {
      network.parameters().values = start_ + static_cast<Scalar>(step) * direction_;
      return disturbed_cost(context, network);
    };
    double rise = cost_at(sigma_);
    rise = antithetic_ ? (rise - cost_at(-sigma_)) / 2 : rise - undisturbed;
    gradient.values += static_cast<Scalar>(rise / (sigma_ * static_cast<double>(samples_))) * direction_;
  }
  network.parameters().values = start_;
}

template class WeightPerturbation<float>;
template class WeightPerturbation<double>;

}  // namespace cohort
