#include <cohort/rules/target_propagation.hpp>

namespace cohort {

Description TargetPropagation::description() {
  Description d;
  d.name = "target_propagation";
  d.summary = "targets come all the way down through exact inverses";
  d.equation =
      "t_L = h_L - dE/dh_L (E of one sample), t_{l-1} = f_l⁻¹(t_l), ΔW_l ∝ -(f'(z_l) ∘ (h_l - t_l)) h_{l-1}ᵀ - 4λ W_l "
      "offdiag(W_lᵀW_l)";
  d.reference = "Bengio 2014, arXiv:1407.7906; Ahmad, van Gerven & Ambrogioni 2020, arXiv:2006.06438";
  d.axes = "targets in place of errors, through exact inverses";
  d.cost = "O(B N² + N³) time, O(B N + N²) memory";
  d.parameters = {ParameterInfo::number("lambda", 1000, 0, 1e9, "1", "λ of the penalty λ |offdiag(WᵀW)|²")};
  return d;
}

InverseTargetOptions TargetPropagation::options(const Parameters& parameters) {
  return {TargetStep::whole, TargetForm::literal, 1, parameters.number("lambda")};
}

}  // namespace cohort
