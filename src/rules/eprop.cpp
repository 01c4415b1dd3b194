#include <cohort/rules/eprop.hpp>

namespace cohort {

Description Eprop::description() {
  Description d;
  d.name = "eprop";
  d.summary = "e-prop: credit through each unit's own leak only";
  d.equation = "c_t = f'(a_t)∘L_t + (1-α) c_{t+1}, L_t = B e_t; dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  d.axes = "any feedback, credit through no connection, updates at trial end or every k steps with explicit traces";
  d.cost = "O(B N²) time, O(B N) memory; with every>0 the same on ctrnn with one tau, else O(B N²) memory";
  FeedbackAxis().describe(d);
  CreditAxes::describe_schedule(d);
  return d;
}

CreditAxes Eprop::axes(const Parameters& parameters) {
  return {
      .feedback = FeedbackAxis::from(parameters), .path = RecurrentPath::none, .every = parameters.integer("every")};
}

}  // namespace cohort
