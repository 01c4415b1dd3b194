#include <cohort/learning/mdgl.hpp>

namespace cohort {

Description Mdgl::description() {
  Description d;
  d.name = "mdgl";
  d.summary = "e-prop plus the credit of directly driven units, with the true weights";
  d.equation = "c_t = f'(a_t)∘(L_t + α Wᵀ g_{t+1}) + (1-α) c_{t+1}, g_t = f'(a_t)∘L_t (filtered: + (1-α) g_{t+1})";
  d.reference = "Liu et al. 2021, doi:10.1073/pnas.2111821118";
  d.parameters = {ParameterInfo::choice("hop", "instant", {"instant", "filtered"},
                                        "which of the receivers' credit comes back: of the next step, or of all later")};
  return d;
}

CreditAxes Mdgl::axes(const Parameters& parameters) {
  return {Feedback::symmetric, CreditPath::full,
          parameters.text("hop") == "filtered" ? CreditHops::one_filtered : CreditHops::one};
}

}  // namespace cohort
