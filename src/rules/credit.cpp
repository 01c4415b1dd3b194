#include <cohort/rules/credit.hpp>

#include <algorithm>

namespace cohort {
namespace {

// In the order of RecurrentPath and CreditHops.
const std::vector<std::string> kPaths{"cell_type", "full", "none", "random", "self"};
const std::vector<std::string> kHops{"all", "one", "one_filtered"};

template <class Choice>
Choice chosen(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Choice>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

Description Credit::description() {
  Description d;
  d.name = "credit";
  d.summary = "any point of the credit family: every axis as a parameter";
  d.equation =
      "c_t = f'(a_t)∘L_t + (1-α) c_{t+1} + α s_t∘(Rᵀ c_{t+1}), L_t = B e_t, s_t = f'(a_t) or slope; "
      "dE/dW = α Σ c_t h_{t-1}ᵀ";
  d.reference = "the rules that have a name: bptt, tbptt, eprop, rflo, snap1, mdgl, modprop, feedback_alignment";
  d.axes = "feedback B, path R, hops, slope, horizon and schedule as chosen";
  d.cost = "O(B N²) time, O(B N) memory; with every>0 and path self, or none on most cells, O(B N²) memory";
  FeedbackAxis().describe(d);
  auto& p = d.parameters;
  p.push_back(ParameterInfo::choice("path", "full", kPaths,
                                    "R: W, nothing, its diagonal, random N(0,1/N), or averages of W over cell types"));
  p.push_back(ParameterInfo::integer("types", 1, 1, 1000, "1", "types of excitatory, and of inhibitory units"));
  p.push_back(ParameterInfo::choice("hops", "all", kHops,
                                    "connections that credit crosses; one: c_{t+1} there is the "
                                    "receiver's own f'L (one_filtered: through its leak)"));
  p.push_back(ParameterInfo::number("slope", 0, 0, 1e6, "1", "constant in place of f' on the path; 0 keeps f'"));
  p.push_back(ParameterInfo::integer("horizon", 0, 0, 1000000000, "steps", "cut the path each so many steps; 0 never"));
  CreditAxes::describe_schedule(d);
  return d;
}

CreditAxes Credit::axes(const Parameters& parameters) {
  return {.feedback = FeedbackAxis::from(parameters),
          .path = chosen<RecurrentPath>(kPaths, parameters.text("path")),
          .hops = chosen<CreditHops>(kHops, parameters.text("hops")),
          .n_types = parameters.integer("types"),
          .slope = parameters.number("slope"),
          .horizon = parameters.integer("horizon"),
          .every = parameters.integer("every")};
}

}  // namespace cohort
