#include <cohort/learning/eprop.hpp>

namespace cohort {

Description Eprop::description() {
  Description d;
  d.name = "eprop";
  d.summary = "e-prop: credit through each unit's own leak only";
  d.equation = "c_t = f'(a_t)∘L_t + (1-α) c_{t+1}, L_t = B e_t; dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  d.parameters = {ParameterInfo::choice("feedback", "symmetric", {"symmetric", "random"},
                                        "B: the readout's transpose, or fixed random, U(±1/√N)")};
  return d;
}

CreditAxes Eprop::axes(const Parameters& parameters) {
  return {parameters.text("feedback") == "random" ? Feedback::random : Feedback::symmetric, CreditPath::none};
}

}  // namespace cohort
