#include <cohort/rules/gait_prop.hpp>

namespace cohort {

Description GaitProp::description() {
  Description d = InverseTargetOptions::description("a_{l-1} = W_l⁻¹ (f'(z_l) ∘ a_l)",
                                                    "t_{l-1} = f_l⁻¹((1 - g) h_l + g t_l), g = γ f'(z_l)²");
  d.name = "gait_prop";
  d.summary = "targets come down through exact inverses in steps γ f'², so that orthogonal weights give backprop";
  return d;
}

InverseTargetOptions GaitProp::options(const Parameters& parameters) {
  return InverseTargetOptions::from(TargetStep::gait, parameters);
}

}  // namespace cohort
