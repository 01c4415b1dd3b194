#include <cohort/rules/layered_weight_perturbation.hpp>

namespace cohort {

template <class Scalar>
Description LayeredWeightPerturbation<Scalar>::description() {
  Description d;
  d.name = "weight_perturbation";
  d.summary = "passes the batch again with all parameters disturbed and follows what lowered the loss";
  d.equation = "dE/dθ = ΔE/σ ξ, ΔE = E(θ + σξ) - E(θ), ξ = ±1 by coin";
  d.reference = "Cauwenberghs 1993, NeurIPS 5; Spall 1992, doi:10.1109/9.119632";
  d.parameters = {ParameterInfo::number("sigma", 1e-3, 1e-9, 1e6, "1", "σ, how far each parameter is moved"),
                  ParameterInfo::integer("samples", 1, 1, 1'000'000, "1", "directions averaged in an update"),
                  ParameterInfo::flag("antithetic", false, "try every direction with both signs")};
  d.axes = "unbiased in the limit of small steps, random direction over all parameters";
  d.cost = "samples forward passes (twice that if antithetic)";
  return d;
}

template <class Scalar>
LayeredWeightPerturbation<Scalar>::LayeredWeightPerturbation(const Parameters& parameters)
    : sigma_(parameters.number("sigma")),
      samples_(parameters.integer("samples")),
      antithetic_(parameters.flag("antithetic")) {}

template <class Scalar>
RuleTraits LayeredWeightPerturbation<Scalar>::traits() const {
  return {.relative_cost = static_cast<double>(samples_ * (antithetic_ ? 2 : 1)), .is_passive = false};
}

/// 64 coins at a time.
template <class Scalar>
void LayeredWeightPerturbation<Scalar>::draw_signs(RandomStream stream) {
  std::uint64_t coins = 0;
  for (Index i = 0; i < direction_.size(); ++i) {
    if (i % 64 == 0) coins = stream.bits();
    direction_[i] = coins >> (i % 64) & 1 ? Scalar(1) : Scalar(-1);
  }
}

template <class Scalar>
void LayeredWeightPerturbation<Scalar>::add_gradient(const LayeredContext<Scalar>& context,
                                                     ParameterSet<Scalar>& gradient) {
  LayeredNetwork<Scalar>& network = context.network;
  const auto loss_of = [&](const Matrix<Scalar>& outputs) {
    return context.objective.trial_losses(context.batch, outputs, context.total_weight).sum();
  };
  const double undisturbed = loss_of(context.activity.outputs);
  start_ = network.parameters().values;
  direction_.resize(start_.size());
  for (Index sample = 0; sample < samples_; ++sample) {
    draw_signs(stream_.substream(context.update).substream(static_cast<std::uint64_t>(sample)));
    const auto loss_at = [&](double step) {
      network.parameters().values = start_ + static_cast<Scalar>(step) * direction_;
      return loss_of(network.forward(context.batch.inputs, context.batch.n_trials).outputs);
    };
    double rise = loss_at(sigma_);
    rise = antithetic_ ? (rise - loss_at(-sigma_)) / 2 : rise - undisturbed;
    gradient.values += static_cast<Scalar>(rise / (sigma_ * static_cast<double>(samples_))) * direction_;
  }
  network.parameters().values = start_;
}

template class LayeredWeightPerturbation<float>;
template class LayeredWeightPerturbation<double>;

}  // namespace cohort
