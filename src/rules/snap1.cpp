#include <cohort/rules/snap1.hpp>

namespace cohort {

Description Snap1::description() {
  Description d;
  d.name = "snap1";
  d.summary = "credit through each unit's leak and its connection to itself";
  d.equation = "c_t = f'(a_t)∘(L_t + α diag(W) c_{t+1}) + (1-α) c_{t+1}; dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "Menick et al. 2021, arXiv:2006.07232";
  d.axes = "any feedback, credit through self-connections, updates at trial end or every k steps with explicit traces";
  d.cost = "O(B N²) time, O(B N) memory; with every>0 O(B N²) memory";
  FeedbackAxis().describe(d);
  CreditAxes::describe_schedule(d);
  return d;
}

CreditAxes Snap1::axes(const Parameters& parameters) {
  return {
      .feedback = FeedbackAxis::from(parameters), .path = RecurrentPath::self, .every = parameters.integer("every")};
}

}  // namespace cohort
