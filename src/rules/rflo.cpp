#include <cohort/rules/rflo.hpp>

namespace cohort {

Description Rflo::description() {
  Description d;
  d.name = "rflo";
  d.summary = "random feedback local online learning: credit through each rate unit's own leak only";
  d.equation = "p_t = (1-α) p_{t-1} + α f'(u_t) [h_{t-1}; x_t; 1]ᵀ; dE/dW = Σ (B e_t) ∘ p_t, B ~ N(0,1)/√n_out";
  d.reference = "Murray 2019, doi:10.7554/eLife.43299";
  d.axes = "random feedback (or any), credit through no connection, updates at trial end or every k steps";
  d.cost = "O(B N²) time, O(B N) memory; with every>0 O(B N²) memory";
  d.serves = Served::only({"rate"});
  FeedbackAxis{FeedbackKind::random, FeedbackDistribution::normal}.describe(d);
  CreditAxes::describe_schedule(d);
  return d;
}

CreditAxes Rflo::axes(const Parameters& parameters) {
  return {
      .feedback = FeedbackAxis::from(parameters), .path = RecurrentPath::none, .every = parameters.integer("every")};
}

}  // namespace cohort
