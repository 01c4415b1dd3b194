#include <cohort/network/ctrnn.hpp>

#include "recurrent_cell_impl.hpp"

namespace cohort {

template <class Scalar>
Description Ctrnn<Scalar>::description() {
  Description d;
  d.name = "ctrnn";
  d.summary = "continuous-time recurrent network, voltage form, learned initial voltage";
  d.equation = "a_t = (1-α) a_{t-1} + α (W h_{t-1} + W_in x_t + b), h_t = f(a_t), α = 1/τ; y_t = W_out h_t + b_out";
  d.reference = "Miller & Fumarola 2012, doi:10.1162/NECO_a_00221; Liu, Yang & Cueva 2025";
  d.parameters = {ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"),
                  ParameterInfo::choice("activation", "retanh", activation_names(), "f; retanh = max(tanh a, 0)"),
                  ParameterInfo::values("tau", "10", 1, 1e9, "steps", "time constant τ of each unit"),
                  ParameterInfo::number("noise", 0, 0, 1e6, "1",
                                        "σ of √(2α) σ N(0,1), added to a at each training step (Song et al. 2016)")};
  return d;
}

template <class Scalar>
Ctrnn<Scalar>::Ctrnn(const Parameters& parameters)
    : n_units_(parameters.integer("units")),
      activation_(activation_from(parameters.text("activation"))),
      tau_(parameters.values("tau")),
      noise_(parameters.number("noise")) {}

template <class Scalar>
void Ctrnn<Scalar>::wire(const RandomStream& stream) {
  const VectorXd alpha = tau_.draw(stream, n_units_).cwiseInverse();
  alpha_ = UnitConstants<Scalar>(alpha);
  // 1 - α of the rounded α: the two sum to one in the arithmetic of the network.
  decay_ = UnitConstants<Scalar>((1 - alpha_.values().array()).matrix().template cast<double>());
}

template <class Scalar>
NetworkConstants<Scalar> Ctrnn<Scalar>::constants() const {
  return {{"alpha", "α = 1/τ of each unit", alpha_.values()}};
}

template <class Scalar>
void Ctrnn<Scalar>::complete(CellTraits& traits) const {
  traits.activation = activation_;
  traits.highest_rate = highest_rate(activation_);
  traits.has_presynaptic_traces = alpha_.is_uniform();
  if (noise_ > 0) traits.noise = noise_ * (2 * alpha_.values().template cast<double>().array()).sqrt().matrix();
}

template <class Scalar>
template <class Math>
void Ctrnn<Scalar>::settle(Blocks<Scalar> state, Blocks<Scalar>, Blocks<Scalar> rate) const {
  visit_activation<Math>(activation_, [&](auto f) { rate[0] = f.value(state[0]); });
}

template <class Scalar>
template <class Math>
void Ctrnn<Scalar>::advance(Blocks<const Scalar> before, Blocks<const Scalar> drive, Blocks<Scalar> after,
                            Blocks<Scalar>, Blocks<const Scalar>, Blocks<Scalar> rate) const {
  decay_.visit(before.size(), [&](auto decay) { after[0] = drive[0] + decay * before[0]; });
  visit_activation<Math>(activation_, [&](auto f) { rate[0] = f.value(after[0]); });
}

template <class Scalar>
void Ctrnn<Scalar>::pull(const Moment<Scalar>& moment, Blocks<const Scalar> rate_credit, Blocks<const Scalar> next,
                         Blocks<Scalar> credit) const {
  decay_.visit(next.size(), [&](auto decay) {
    visit_activation(activation_,
                     [&](auto f) { credit[0] = f.slope(moment.rate()) * rate_credit[0] + decay * next[0]; });
  });
}

template <class Scalar>
void Ctrnn<Scalar>::to_drive(const Moment<Scalar>&, Blocks<const Scalar> credit, Blocks<Scalar> drive_credit) const {
  drive_credit[0] = credit[0];
}

template class RecurrentCell<Ctrnn<float>>;
template class RecurrentCell<Ctrnn<double>>;

}  // namespace cohort
