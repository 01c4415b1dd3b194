#include <cohort/tasks/context_integration_mante_2013.hpp>

#include <cohort/tasks/ordered_list.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

constexpr Index kFixation = 23, kStimulus = 50, kDelay = 20, kDecision = 20;
constexpr Index kSteps = kFixation + kStimulus + kDelay + kDecision;

/// Input vector of norm 1. Order: fixation, motion left/right, colour red/green, context motion/colour, order [0, 1].
VectorXd input_vector(double fixation, const Eigen::Vector4d& evidence, bool is_colour_context) {
  VectorXd input(9);
  input << fixation, evidence, is_colour_context ? 0 : fixation, is_colour_context ? fixation : 0, 0, 1;
  return input.normalized();
}

Eigen::Vector4d evidence_of(double motion, double colour) {
  return {(1 + motion) / 2, (1 - motion) / 2, (1 + colour) / 2, (1 - colour) / 2};
}

}  // namespace

Description ContextIntegrationMante2013::description() {
  Description d;
  d.name = "context_integration_mante_2013";
  d.summary = "integrate motion or colour evidence, whichever the context names; 72 conditions, 113 steps of 15 ms";
  d.equation = "class 0 until the decision, then 1 or 2 = sign of the relevant coherence; cross-entropy, all steps";
  d.reference = "Mante et al. 2013, doi:10.1038/nature12742; trial set of Liu, Yang & Cueva 2025";
  d.parameters = {
      ParameterInfo::list("coherences", {.5, .17, .06}, 1e-6, 1, "1", "magnitudes of motion and colour, falling")};
  return d;
}

ContextIntegrationMante2013::ContextIntegrationMante2013(const Parameters& parameters) {
  std::vector<double> coherences = ordered_list(parameters, "coherences", ListOrder::falling);
  for (std::size_t i = coherences.size(); i > 0; --i) coherences.push_back(-coherences[i - 1]);
  // The order of the published trial set: by choice, motion, colour, and colour context before motion context.
  for (const int choice : {1, 2}) {
    for (const double motion : coherences) {
      for (const double colour : coherences) {
        for (const bool is_colour_context : {true, false}) {
          if ((is_colour_context ? colour : motion) > 0 ? choice == 1 : choice == 2)
            conditions_.push_back({motion, colour, is_colour_context, choice});
        }
      }
    }
  }
  info_.n_inputs = 9;
  info_.n_outputs = 3;
  info_.input_names = {"fixation",       "motion for 1",   "motion for 2", "colour for 1", "colour for 2",
                       "motion context", "colour context", "zero",         "constant"};
  info_.output_names = {"fixate", "choice 1", "choice 2"};
  info_.n_steps = info_.n_evaluation_steps = kSteps;
  info_.dt_ms = 15;
  info_.loss = LossKind::cross_entropy;
  for (const auto& c : conditions_)
    info_.conditions.push_back(fmt::format("motion={:+},colour={:+},context={}", c.motion, c.colour,
                                           c.is_colour_context ? "colour" : "motion"));
  info_.first_sample_step = kFixation;
  info_.n_sample_steps = kStimulus;
  info_.contexts = {{"motion", input_vector(1, evidence_of(0, 0), false)},
                    {"colour", input_vector(1, evidence_of(0, 0), true)}};
}

void ContextIntegrationMante2013::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(index % conditions_.size()), stream, trial);
}

void ContextIntegrationMante2013::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  const Condition& c = conditions_.at(static_cast<std::size_t>(condition));
  trial.reset(info_, kSteps);
  trial.condition = condition;
  const VectorXd quiet = input_vector(1, Eigen::Vector4d::Zero(), c.is_colour_context);
  const VectorXd stimulus = input_vector(1, evidence_of(c.motion, c.colour), c.is_colour_context);
  const VectorXd decision = input_vector(0, Eigen::Vector4d::Zero(), c.is_colour_context);
  for (Index step = 0; step < kSteps; ++step) {
    const bool is_stimulus = step >= kFixation && step < kFixation + kStimulus;
    const bool is_decision = step >= kSteps - kDecision;
    trial.inputs.col(step) = is_decision ? decision : is_stimulus ? stimulus : quiet;
    trial.classes[static_cast<std::size_t>(step)] = is_decision ? c.choice : 0;
  }
}

}  // namespace cohort
