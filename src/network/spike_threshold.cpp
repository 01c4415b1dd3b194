#include <cohort/network/spike_threshold.hpp>

#include <algorithm>

namespace cohort {

template <class Scalar>
void SpikeThreshold<Scalar>::describe(Description& description) {
  auto& p = description.parameters;
  p.push_back(ParameterInfo::number("threshold", 0.05, 1e-6, 1e6, "1", "θ; what a spike takes from v, too"));
  p.push_back(ParameterInfo::integer("refractory", 5, 0, 100000, "steps", "least time between two spikes of a unit"));
  p.push_back(ParameterInfo::choice("surrogate", "piecewise_linear", surrogate_names(),
                                    "form of the surrogate derivative ψ of a spike"));
  p.push_back(ParameterInfo::number("damping", 0.3, 0, 1e6, "1", "γ: ψ is γ/θ at threshold"));
  p.push_back(ParameterInfo::number("width", 1, 1e-6, 1e6, "1", "w: width of ψ in units of θ"));
}

template <class Scalar>
SpikeThreshold<Scalar>::SpikeThreshold(const Parameters& parameters)
    : theta_(static_cast<Scalar>(parameters.number("threshold"))),
      surrogate_(surrogate_from(parameters.text("surrogate"))),
      height_(static_cast<Scalar>(parameters.number("damping") / parameters.number("threshold"))),
      sharpness_(static_cast<Scalar>(1 / (parameters.number("width") * parameters.number("threshold")))),
      blocked_(static_cast<Scalar>(std::max<std::int64_t>(parameters.integer("refractory") - 1, 0))) {}

template class SpikeThreshold<float>;
template class SpikeThreshold<double>;

}  // namespace cohort
