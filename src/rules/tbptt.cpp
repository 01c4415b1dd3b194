#include <cohort/rules/tbptt.hpp>

namespace cohort {

Description Tbptt::description() {
  Description d;
  d.name = "tbptt";
  d.summary = "truncated backpropagation through time";
  d.equation = "as bptt, without Wᵀ c_{t+1} where (T - t - 1) mod window = 0 (t from 0); the leak is never cut";
  d.reference = "Williams & Peng 1990, doi:10.1162/neco.1990.2.4.490; cut as in Liu, Yang & Cueva 2025";
  d.axes = "symmetric feedback, credit through the true weights, horizon window, updates at trial end";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {ParameterInfo::integer("window", 10, 1, 1000000000, "steps", "steps between two cuts")};
  return d;
}

CreditAxes Tbptt::axes(const Parameters& parameters) { return {.horizon = parameters.integer("window")}; }

}  // namespace cohort
