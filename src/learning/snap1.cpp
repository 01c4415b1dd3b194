#include <cohort/learning/snap1.hpp>

namespace cohort {

Description Snap1::description() {
  Description d;
  d.name = "snap1";
  d.summary = "credit through each unit's leak and its connection to itself";
  d.equation = "c_t = f'(a_t)∘(L_t + α diag(W) c_{t+1}) + (1-α) c_{t+1}; dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "Menick et al. 2021, arXiv:2006.07232";
  return d;
}

CreditAxes Snap1::axes(const Parameters&) { return {Feedback::symmetric, CreditPath::self}; }

}  // namespace cohort
