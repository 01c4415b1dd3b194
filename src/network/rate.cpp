#include <cohort/network/rate.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Rate<Scalar>::description() {
  Description d;
  d.name = "rate";
  d.summary = "continuous-time recurrent network, rate form, learned initial rates";
  d.equation = "u_t = W h_{t-1} + W_in x_t + b, h_t = (1-α) h_{t-1} + α f(u_t), α = 1/τ; y_t = W_out h_t + b_out";
  d.reference = "Murray 2019, doi:10.7554/eLife.43299";
  d.parameters = {ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"),
                  ParameterInfo::choice("activation", "tanh", activation_names(), "f; retanh = max(tanh a, 0)"),
                  ParameterInfo::values("tau", "10", 1, 1e9, "steps", "time constant τ of each unit"),
                  ParameterInfo::number("noise", 0, 0, 1e6, "1",
                                        "σ of σ √(2/α) N(0,1), added to u at each training step (Song et al. 2016)")};
  return d;
}

template <class Scalar>
Rate<Scalar>::Rate(const Parameters& parameters)
    : n_units_(parameters.integer("units")),
      activation_(activation_from(parameters.text("activation"))),
      tau_(parameters.values("tau")),
      noise_(parameters.number("noise")),
      one_(VectorXd::Ones(n_units_)) {}

template <class Scalar>
void Rate<Scalar>::wire(const RandomStream& stream) {
  alpha_ = UnitConstants<Scalar>(tau_.draw(stream, n_units_).cwiseInverse());
  // 1 - α of the rounded α: the two sum to one in the arithmetic of the network.
  decay_ = UnitConstants<Scalar>((1 - alpha_.values().array()).matrix().template cast<double>());
}

template <class Scalar>
NetworkConstants<Scalar> Rate<Scalar>::constants() const {
  return {{"alpha", "α = 1/τ of each unit", alpha_.values()}};
}

template <class Scalar>
void Rate<Scalar>::complete(CellTraits& traits) const {
  traits.activation = activation_;
  traits.highest_rate = highest_rate(activation_);
  if (noise_ > 0) traits.noise = noise_ * (2 / alpha_.values().template cast<double>().array()).sqrt().matrix();
}

template <class Scalar>
template <class Math>
void Rate<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar> saved, Blocks<Scalar> rate) const {
  rate[0] = state[0];
  saved[0].setZero();
}

template <class Scalar>
template <class Math>
void Rate<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                           Blocks<Scalar> saved, Blocks<const Scalar>, Blocks<Scalar> rate) const {
  visit_activation<Math>(activation_, [&](auto f) { saved[0] = f.value(drive[0]); });
  alpha_.visit(before.size(), [&](auto alpha) {
    decay_.visit(before.size(), [&](auto decay) { after[0] = decay * before[0] + alpha * saved[0]; });
  });
  rate[0] = after[0];
}

template <class Scalar>
void Rate<Scalar>::pull(const Moment<Scalar>&, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                        Blocks<Scalar> credit) const {
  decay_.visit(next.size(), [&](auto decay) { credit[0] = rate_credit[0] + decay * next[0]; });
}

template <class Scalar>
void Rate<Scalar>::to_drive(const Moment<Scalar>& moment, Blocks<const Scalar> credit,
                            Blocks<Scalar> drive_credit) const {
  alpha_.visit(credit.size(), [&](auto alpha) {
    visit_activation(activation_, [&](auto f) { drive_credit[0] = alpha * f.slope(moment.saved(0)) * credit[0]; });
  });
}

template class RecurrentCell<Rate<float>>;
template class RecurrentCell<Rate<double>>;

}  // namespace cohort
