#include <cohort/tasks/perceptual_decision.hpp>

#include <cohort/tasks/noise.hpp>
#include <cohort/tasks/ordered_list.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

Description PerceptualDecision::description() {
  Description d;
  d.name = "perceptual_decision";
  d.summary = "integrate noisy evidence for one of two choices; 22 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 or 2 = the choice with more evidence; cross-entropy, all steps";
  d.reference = "Britten et al. 1992, doi:10.1523/JNEUROSCI.12-12-04745.1992; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::number("stimulus", 2000, 0.1, 1e6, "ms", "duration of the stimulus"),
                  ParameterInfo::number("delay", 0, 0, 1e6, "ms", "from the stimulus to the decision"),
                  ParameterInfo::list("coherences", {0, 6.4, 12.8, 25.6, 51.2}, 0, 100, "%", "evidence, rising"),
                  noise_parameter(0.0707106781186548),
                  ParameterInfo::integer("repeats", 16, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

PerceptualDecision::PerceptualDecision(const Parameters& parameters)
    : coherences_(ordered_list(parameters, "coherences", ListOrder::rising)), sigma_(noise_of(parameters)) {
  const auto epochs = consecutive_epochs({100, parameters.number("stimulus"), parameters.number("delay"), 100},
                                         parameters.number("dt"));
  stimulus_ = epochs[1];
  decision_ = epochs[3];
  info_.n_inputs = 3;
  info_.n_outputs = 3;
  info_.input_names = {"fixation", "evidence for 1", "evidence for 2"};
  info_.output_names = {"fixate", "choice 1", "choice 2"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  for (const int choice : {1, 2})
    for (const double coherence : coherences_)
      info_.conditions.push_back(fmt::format("choice={},coherence={}", choice, coherence));
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"stimulus", Eigen::Vector3d(1, 0.5, 0.5)}};
}

void PerceptualDecision::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(info_.conditions.size())), stream, trial);
}

void PerceptualDecision::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const auto cell = static_cast<std::size_t>(condition);
  const int choice = cell < coherences_.size() ? 1 : 2;
  const double evidence = (choice == 1 ? 1 : -1) * coherences_[cell % coherences_.size()] / 100;
  trial.inputs.row(0).head(decision_.first).setOnes();
  trial.inputs.row(1).segment(stimulus_.first, stimulus_.n_steps).setConstant((1 + evidence) / 2);
  trial.inputs.row(2).segment(stimulus_.first, stimulus_.n_steps).setConstant((1 - evidence) / 2);
  add_noise(sigma_, stream, trial.inputs.block(1, stimulus_.first, 2, stimulus_.n_steps));
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), choice);
}

}  // namespace cohort
