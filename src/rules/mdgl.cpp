#include <cohort/rules/mdgl.hpp>

namespace cohort {

Description Mdgl::description() {
  Description d;
  d.name = "mdgl";
  d.summary = "e-prop plus the credit of directly driven units, with their true or type-averaged weights";
  d.equation = "c_t = f'(a_t)∘(L_t + α Wᵀ g_{t+1}) + (1-α) c_{t+1}, g_t = f'(a_t)∘L_t (filtered: + (1-α) g_{t+1})";
  d.reference = "Liu et al. 2021, doi:10.1073/pnas.2111821118";
  d.axes = "symmetric feedback, credit through one connection, of the true weights or of averages over cell types";
  d.cost = "O(B N²) time, O(B N) memory";
  d.parameters = {ParameterInfo::choice("weights", "cell", {"cell", "type"},
                                        "W, or its averages over non-zero weights between two types (needs dale=true)"),
                  ParameterInfo::choice("hop", "instant", {"instant", "filtered"},
                                        "which of the receivers' credit comes back: of the next step, or of all later"),
                  ParameterInfo::integer("types", 1, 1, 1000, "1",
                                         "types of excitatory, and of inhibitory units, for weights=type")};
  return d;
}

CreditAxes Mdgl::axes(const Parameters& parameters) {
  return {.path = parameters.text("weights") == "type" ? RecurrentPath::cell_type : RecurrentPath::full,
          .hops = parameters.text("hop") == "filtered" ? CreditHops::one_filtered : CreditHops::one,
          .n_types = parameters.integer("types")};
}

}  // namespace cohort
