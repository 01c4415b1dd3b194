#include <cohort/rules/feedback_alignment.hpp>

namespace cohort {

Description FeedbackAlignment::description() {
  Description d;
  d.name = "feedback_alignment";
  d.summary = "bptt whose errors come back through other weights than the readout's";
  d.equation = "as bptt with L_t = B e_t, B random";
  d.reference = "Lillicrap et al. 2016, doi:10.1038/ncomms13276; Liu, Yang & Cueva 2025";
  d.axes = "random feedback (or aligned, sign), credit through the true weights, updates at trial end";
  d.cost = "O(B N²) time, O(B N) memory";
  FeedbackAxis{.kind = FeedbackKind::random}.describe(d);
  return d;
}

CreditAxes FeedbackAlignment::axes(const Parameters& parameters) {
  return {.feedback = FeedbackAxis::from(parameters)};
}

}  // namespace cohort
