#include <cohort/network/gru.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Gru<Scalar>::description() {
  Description d;
  d.name = "gru";
  d.summary = "gated recurrent unit in PyTorch's gate convention, learned initial rates";
  d.equation =
      "r = σ(W_r h_{t-1} + W_in_r x_t + b_r), z = σ(W_z h_{t-1} + W_in_z x_t + b_z), "
      "n = tanh(W_in_n x_t + b_n + r (W_n h_{t-1} + b_hn)), h_t = (1-z) n + z h_{t-1}; y_t = W_out h_t + b_out";
  d.reference = "Cho et al. 2014, doi:10.3115/v1/D14-1179";
  d.parameters = {ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"),
                  ParameterInfo::number("noise", 0, 0, 1e6, "1",
                                        "σ of σ N(0,1), added to every gate's pre-activation at each training step")};
  return d;
}

template <class Scalar>
Gru<Scalar>::Gru(const Parameters& parameters)
    : n_units_(parameters.integer("units")), noise_(parameters.number("noise")), one_(VectorXd::Ones(n_units_)) {}

template <class Scalar>
void Gru<Scalar>::complete(CellTraits& traits) const {
  traits.highest_rate = 1;
  if (noise_ > 0) traits.noise = VectorXd::Constant(n_units_, noise_);
}

template <class Scalar>
template <class Math>
void Gru<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const {
  rate[0] = state[0];
  for (Index which = 0; which < n_saved; ++which) saved[which].setZero();
}

template <class Scalar>
template <class Math>
void Gru<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                          Blocks<Scalar> saved, Blocks<const Scalar>, Blocks<Scalar> rate) const {
  saved[kReset] = activations::Sigmoid::value(drive[kReset]);
  saved[kUpdate] = activations::Sigmoid::value(drive[kUpdate]);
  saved[kRecurrent] = drive[kRecurrent];
  saved[kCandidate] = activations::Tanh<Math>::value(drive[kCandidate] + saved[kReset] * drive[kRecurrent]);
  after[0] = saved[kCandidate] + saved[kUpdate] * (before[0] - saved[kCandidate]);
  rate[0] = after[0];
}

template <class Scalar>
void Gru<Scalar>::pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                       Blocks<Scalar> credit) const {
  credit[0] = rate_credit[0] + moment.saved_next(kUpdate) * next[0];
}

template <class Scalar>
void Gru<Scalar>::to_drive(const Moment<Scalar>& moment, Blocks<const Scalar> credit,
                           Blocks<Scalar> drive_credit) const {
  const auto r = moment.saved(kReset), z = moment.saved(kUpdate), n = moment.saved(kCandidate);
  drive_credit[kUpdate] = activations::Sigmoid::slope(z) * (moment.rate_before() - n) * credit[0];
  drive_credit[kCandidate] = activations::Tanh<>::slope(n) * (1 - z) * credit[0];
  drive_credit[kRecurrent] = r * drive_credit[kCandidate];
  drive_credit[kReset] = activations::Sigmoid::slope(r) * moment.saved(kRecurrent) * drive_credit[kCandidate];
}

template class RecurrentCell<Gru<float>>;
template class RecurrentCell<Gru<double>>;

}  // namespace cohort
