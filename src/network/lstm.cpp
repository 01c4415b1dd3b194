#include <cohort/network/lstm.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Lstm<Scalar>::description() {
  Description d;
  d.name = "lstm";
  d.summary = "long short-term memory in PyTorch's gate convention, learned initial memory";
  d.equation =
      "i, f, o = σ(W_· h_{t-1} + W_in_· x_t + b_·), g = tanh(W_g h_{t-1} + W_in_g x_t + b_g), "
      "c_t = f c_{t-1} + i g, h_t = o tanh c_t; y_t = W_out h_t + b_out";
  d.reference = "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; Gers, Schmidhuber & Cummins 2000";
  d.parameters = {ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"),
                  ParameterInfo::number("noise", 0, 0, 1e6, "1",
                                        "σ of σ N(0,1), added to every gate's pre-activation at each training step")};
  return d;
}

template <class Scalar>
Lstm<Scalar>::Lstm(const Parameters& parameters)
    : n_units_(parameters.integer("units")), noise_(parameters.number("noise")), one_(VectorXd::Ones(n_units_)) {}

template <class Scalar>
void Lstm<Scalar>::complete(CellTraits& traits) const {
  traits.highest_rate = 1;
  if (noise_ > 0) traits.noise = VectorXd::Constant(n_units_, noise_);
}

template <class Scalar>
template <class Math>
void Lstm<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const {
  for (Index which = 0; which < n_saved; ++which) saved[which].setZero();
  saved[kSavedMemory] = state[kMemory];
  saved[kSavedTanh] = activations::Tanh<Math>::value(state[kMemory]);
  rate[0] = state[kOutput];
}

template <class Scalar>
template <class Math>
void Lstm<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                           Blocks<Scalar> saved, Blocks<const Scalar>, Blocks<Scalar> rate) const {
  for (const Index gate : {kIn, kForget, kOut}) saved[gate] = activations::Sigmoid::value(drive[gate]);
  saved[kCandidate] = activations::Tanh<Math>::value(drive[kCandidate]);
  after[kMemory] = saved[kForget] * before[kMemory] + saved[kIn] * saved[kCandidate];
  saved[kSavedMemory] = after[kMemory];
  saved[kSavedTanh] = activations::Tanh<Math>::value(after[kMemory]);
  after[kOutput] = saved[kOut] * saved[kSavedTanh];
  rate[0] = after[kOutput];
}

/// Of the next state both c and h depend on c, h through c alone.
template <class Scalar>
void Lstm<Scalar>::pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                        Blocks<Scalar> credit) const {
  const auto slope = moment.saved_next(kOut) * activations::Tanh<>::slope(moment.saved_next(kSavedTanh));
  credit[kMemory] = moment.saved_next(kForget) * (next[kMemory] + slope * next[kOutput]);
  credit[kOutput] = rate_credit[0];
}

template <class Scalar>
void Lstm<Scalar>::to_drive(const Moment<Scalar>& moment, Blocks<const Scalar> credit,
                            Blocks<Scalar> drive_credit) const {
  const auto i = moment.saved(kIn), f = moment.saved(kForget), g = moment.saved(kCandidate), o = moment.saved(kOut);
  const auto tanh_c = moment.saved(kSavedTanh);
  // The whole credit of c, kept for a moment where that of g goes.
  drive_credit[kCandidate] = credit[kMemory] + o * activations::Tanh<>::slope(tanh_c) * credit[kOutput];
  drive_credit[kIn] = activations::Sigmoid::slope(i) * g * drive_credit[kCandidate];
  drive_credit[kForget] = activations::Sigmoid::slope(f) * moment.saved_before(kSavedMemory) * drive_credit[kCandidate];
  drive_credit[kOut] = activations::Sigmoid::slope(o) * tanh_c * credit[kOutput];
  drive_credit[kCandidate] = activations::Tanh<>::slope(g) * i * drive_credit[kCandidate];
}

template class RecurrentCell<Lstm<float>>;
template class RecurrentCell<Lstm<double>>;

}  // namespace cohort
