#include <cohort/rules/gait_prop.hpp>

namespace cohort {

Description GaitProp::description() {
  Description d;
  d.name = "gait_prop";
  d.summary = "targets come down through exact inverses in steps γ f'², so that orthogonal weights give backprop";
  d.equation =
      "a_L = dE/dh_L, a_{l-1} = W_l⁻¹ (f'(z_l) ∘ a_l), ΔW_l ∝ -(f'(z_l) ∘ a_l) h_{l-1}ᵀ - 4λ W_l offdiag(W_lᵀW_l); "
      "literal: t_{l-1} = f_l⁻¹((1 - g) h_l + g t_l), g = γ f'(z_l)², a_l = m (h_l - t_l), m = γ^(l-L)";
  d.reference = "Ahmad, van Gerven & Ambrogioni 2020, arXiv:2006.06438";
  d.axes = "targets in place of errors, through exact inverses";
  d.cost = "O(B N² + N³) time, O(B N + N²) memory";
  d.parameters = InverseTargetOptions::parameters(0.1);
  return d;
}

InverseTargetOptions GaitProp::options(const Parameters& parameters) {
  return InverseTargetOptions::from(TargetStep::gait, parameters);
}

}  // namespace cohort
