#include <cohort/network/alif.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Alif<Scalar>::description() {
  Description d;
  d.name = "alif";
  d.summary = "leaky integrate-and-fire units whose threshold adapts; a share of them may be plain (LIF)";
  d.equation =
      "v_t = α v_{t-1} + ζ (W z_{t-1} + W_in x_t + b) - θ z_{t-1}, a_t = ρ a_{t-1} + z_{t-1}, A_t = θ + β a_t, "
      "z_t = H(v_t - A_t) outside refractoriness, α = exp(-1/τ), ρ = exp(-1/τ_a), "
      "∂z/∂v := (γ/θ) k((v-A)/(w θ)); y_t = W_out z_t + b_out";
  d.reference = "Bellec et al. 2018, arXiv:1803.09574; Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  Membrane<Scalar>::describe(d);
  SpikeThreshold<Scalar>::describe(d);
  d.parameters.push_back(
      ParameterInfo::values("tau_adaptation", "200", 0.1, 1e9, "steps", "time constant τ_a of each unit's adaptation"));
  d.parameters.push_back(
      ParameterInfo::values("beta", "0.01", 0, 1e6, "1", "β: how far a spike raises the unit's own threshold"));
  d.parameters.push_back(ParameterInfo::number("adaptive", 1, 0, 1, "1", "share of units, the last, that adapt"));
  return d;
}

template <class Scalar>
Alif<Scalar>::Alif(const Parameters& parameters)
    : membrane_(parameters),
      threshold_(parameters),
      tau_adaptation_(parameters.values("tau_adaptation")),
      beta_values_(parameters.values("beta")),
      first_adaptive_(membrane_.n_units() - static_cast<Index>(std::lround(parameters.number("adaptive") *
                                                                           static_cast<double>(membrane_.n_units())))) {
}

template <class Scalar>
void Alif<Scalar>::wire(const RandomStream& stream) {
  const Index n_units = membrane_.n_units();
  membrane_.wire(stream);
  rho_ = UnitConstants<Scalar>((-tau_adaptation_.draw(stream.substream(1), n_units).cwiseInverse().array()).exp());
  VectorXd beta = beta_values_.draw(stream.substream(2), n_units);
  beta.head(first_adaptive_).setZero();
  beta_ = UnitConstants<Scalar>(beta);
}

template <class Scalar>
NetworkConstants<Scalar> Alif<Scalar>::constants() const {
  NetworkConstants<Scalar> result = membrane_.constants();
  result.push_back({"rho", "ρ = exp(-1/τ_a) of each unit", rho_.values()});
  result.push_back({"beta", "β of each unit, 0 for one that does not adapt", beta_.values()});
  return result;
}

template <class Scalar>
void Alif<Scalar>::complete(CellTraits& traits) const {
  membrane_.complete(traits);
  traits.highest_rate = threshold_.highest_rate();
}

template <class Scalar>
template <class Math>
void Alif<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const {
  beta_.visit(rate.size(), [&](auto beta) {
    threshold_.fire(state[kVoltage] - beta * state[kAdaptation] - threshold_.theta(), state[kCounter], rate[0],
                    saved[0]);
  });
}

template <class Scalar>
template <class Math>
void Alif<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                           Blocks<Scalar> saved, Blocks<const Scalar> rate_before, Blocks<Scalar> rate) const {
  membrane_.alpha().visit(before.size(), [&](auto alpha) {
    after[kVoltage] = alpha * before[kVoltage] + drive[0] - threshold_.theta() * rate_before[0];
  });
  rho_.visit(before.size(), [&](auto rho) { after[kAdaptation] = rho * before[kAdaptation] + rate_before[0]; });
  threshold_.count(before[kCounter], rate_before[0], after[kCounter]);
  settle<Math>(after, saved, rate);
}

template <class Scalar>
void Alif<Scalar>::pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                        Blocks<Scalar> credit) const {
  // Of the spike: what it did to other units, and to its own threshold. Kept for a moment where that of v goes.
  credit[kVoltage] = moment.saved(0) * (rate_credit[0] + next[kAdaptation]);
  beta_.visit(next.size(), [&](auto beta) {
    rho_.visit(next.size(), [&](auto rho) { credit[kAdaptation] = rho * next[kAdaptation] - beta * credit[kVoltage]; });
  });
  membrane_.alpha().visit(next.size(), [&](auto alpha) { credit[kVoltage] += alpha * next[kVoltage]; });
  credit[kCounter].setZero();
}

template <class Scalar>
void Alif<Scalar>::to_drive(const Moment<Scalar>&, Blocks<const Scalar> credit, Blocks<Scalar> drive_credit) const {
  drive_credit[0] = credit[kVoltage];
}

template class RecurrentCell<Alif<float>>;
template class RecurrentCell<Alif<double>>;

}  // namespace cohort
