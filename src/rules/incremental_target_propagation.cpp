#include <cohort/rules/incremental_target_propagation.hpp>

namespace cohort {

Description IncrementalTargetPropagation::description() {
  Description d =
      InverseTargetOptions::description("a_{l-1} = W_l⁻¹ (a_l / f'(z_l))", "t_{l-1} = f_l⁻¹((1 - γ) h_l + γ t_l)");
  d.name = "incremental_target_propagation";
  d.summary = "targets come down through exact inverses in equal steps γ";
  return d;
}

InverseTargetOptions IncrementalTargetPropagation::options(const Parameters& parameters) {
  return InverseTargetOptions::from(TargetStep::incremental, parameters);
}

}  // namespace cohort
