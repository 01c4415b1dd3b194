#include <cohort/network/lif.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Lif<Scalar>::description() {
  Description d;
  d.name = "lif";
  d.summary = "leaky integrate-and-fire units in discrete time, reset by subtraction";
  d.equation =
      "v_t = α v_{t-1} + ζ (W z_{t-1} + W_in x_t + b) - θ z_{t-1}, z_t = H(v_t - θ) outside refractoriness, α = "
      "exp(-1/τ), "
      "∂z/∂v := (γ/θ) k((v-θ)/(w θ)); y_t = W_out z_t + b_out";
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  Membrane<Scalar>::describe(d);
  SpikeThreshold<Scalar>::describe(d);
  return d;
}

template <class Scalar>
Lif<Scalar>::Lif(const Parameters& parameters) : membrane_(parameters), threshold_(parameters) {}

template <class Scalar>
void Lif<Scalar>::wire(const RandomStream& stream) {
  membrane_.wire(stream);
}

template <class Scalar>
NetworkConstants<Scalar> Lif<Scalar>::constants() const {
  return membrane_.constants();
}

template <class Scalar>
void Lif<Scalar>::complete(CellTraits& traits) const {
  membrane_.complete(traits);
  traits.highest_rate = threshold_.highest_rate();
}

template <class Scalar>
template <class Math>
void Lif<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const {
  threshold_.fire(state[kVoltage] - threshold_.theta(), state[kCounter], rate[0], saved[0]);
}

template <class Scalar>
template <class Math>
void Lif<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                          Blocks<Scalar> saved, Blocks<const Scalar> rate_before, Blocks<Scalar> rate) const {
  membrane_.alpha().visit(before.size(), [&](auto alpha) {
    after[kVoltage] = alpha * before[kVoltage] + drive[0] - threshold_.theta() * rate_before[0];
  });
  threshold_.count(before[kCounter], rate_before[0], after[kCounter]);
  settle<Math>(after, saved, rate);
}

template <class Scalar>
void Lif<Scalar>::pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                       Blocks<Scalar> credit) const {
  membrane_.alpha().visit(
      next.size(), [&](auto alpha) { credit[kVoltage] = moment.saved(0) * rate_credit[0] + alpha * next[kVoltage]; });
  credit[kCounter].setZero();
}

template <class Scalar>
void Lif<Scalar>::to_drive(const Moment<Scalar>&, Blocks<const Scalar> credit, Blocks<Scalar> drive_credit) const {
  drive_credit[0] = credit[kVoltage];
}

template class RecurrentCell<Lif<float>>;
template class RecurrentCell<Lif<double>>;

}  // namespace cohort
