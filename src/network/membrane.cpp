#include <cohort/network/membrane.hpp>

namespace cohort {

template <class Scalar>
void Membrane<Scalar>::describe(Description& description) {
  auto& p = description.parameters;
  p.push_back(ParameterInfo::integer("units", 100, 1, 100000, "units", "number of units N"));
  p.push_back(ParameterInfo::values("tau", "20", 0.1, 1e9, "steps", "time constant τ of each unit's membrane"));
  p.push_back(ParameterInfo::choice("drive_scale", "leak", {"leak", "one"},
                                    "ζ: leak is 1-α, which makes v a weighted mean of its drives"));
  p.push_back(ParameterInfo::number(
      "noise", 0, 0, 1e6, "1", "σ of σ √(1-α²) N(0,1), added to v at each training step: alone it gives v the sd σ"));
}

template <class Scalar>
Membrane<Scalar>::Membrane(const Parameters& parameters)
    : n_units_(parameters.integer("units")),
      tau_(parameters.values("tau")),
      scales_drives_(parameters.text("drive_scale") == "leak"),
      noise_(parameters.number("noise")) {}

template <class Scalar>
void Membrane<Scalar>::wire(const RandomStream& stream) {
  const VectorXd alpha = (-tau_.draw(stream, n_units_).cwiseInverse().array()).exp();
  alpha_ = UnitConstants<Scalar>(alpha);
  // 1 - α of the rounded α: the two sum to one in the arithmetic of the network.
  zeta_ =
      UnitConstants<Scalar>(scales_drives_ ? VectorXd((1 - alpha_.values().array()).matrix().template cast<double>())
                                           : VectorXd(VectorXd::Ones(n_units_)));
}

template <class Scalar>
void Membrane<Scalar>::complete(CellTraits& traits) const {
  traits.is_spiking = true;
  if (noise_ > 0)
    traits.noise = noise_ * (1 - alpha_.values().template cast<double>().array().square()).sqrt().matrix();
}

template <class Scalar>
NetworkConstants<Scalar> Membrane<Scalar>::constants() const {
  return {{"alpha", "α = exp(-1/τ) of each unit", alpha_.values()},
          {"zeta", "ζ, with which a unit's drive is multiplied", zeta_.values()}};
}

template class Membrane<float>;
template class Membrane<double>;

}  // namespace cohort
