#include <cohort/rules/modprop.hpp>

namespace cohort {

Description ModProp::description() {
  Description d;
  d.name = "modprop";
  d.summary = "credit through all connections with type-averaged weights and a constant slope";
  d.equation = "c_t = f'(a_t)∘L_t + (1-α) c_{t+1} + α μ Rᵀ c_{t+1}, R: averages of non-zero W between types";
  d.reference = "Liu et al. 2022, arXiv:2206.01338; 8 + 8 types as in Liu, Yang & Cueva 2025";
  d.axes = "symmetric feedback, credit through averages over cell types, constant slope, updates at trial end";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {ParameterInfo::number("mu", 0.25, 0, 1e6, "1", "μ in place of f' on the path; 0: e-prop"),
                  ParameterInfo::integer("types", 8, 1, 1000, "1", "types of excitatory, and of inhibitory units")};
  d.serves = Served::only({"ctrnn"});
  return d;
}

CreditAxes ModProp::axes(const Parameters& parameters) {
  const double mu = parameters.number("mu");
  if (mu == 0) return {.path = RecurrentPath::none};
  return {.path = RecurrentPath::cell_type, .n_types = parameters.integer("types"), .slope = mu};
}

}  // namespace cohort
