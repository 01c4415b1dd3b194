#include <cohort/rules/bptt.hpp>

namespace cohort {

Description Bptt::description() {
  Description d;
  d.name = "bptt";
  d.summary = "backpropagation through time: the exact gradient";
  d.equation = "c_t = f'(a_t)∘(L_t + α Wᵀ c_{t+1}) + (1-α) c_{t+1}; dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "Werbos 1990, doi:10.1109/5.58337";
  d.axes = "symmetric feedback, credit through the true weights, any number of them, no horizon, updates at trial end";
  d.cost = "O(B N²) time, O(B N) memory";
  d.is_reference = true;
  return d;
}

CreditAxes Bptt::axes(const Parameters&) { return {}; }

}  // namespace cohort
