#include <cohort/tasks/go_nogo.hpp>

#include <algorithm>

namespace cohort {

Description GoNogo::description() {
  Description d;
  d.name = "go_nogo";
  d.summary = "respond after a delay to one of two stimuli only; 15 steps of 100 ms";
  d.equation = "class 1 in the decision of go trials, else 0; cross-entropy, all steps";
  d.reference = "Zhang et al. 2019, doi:10.7554/eLife.43191; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 500, "ms", "duration of a step"),
                  ParameterInfo::number("delay", 500, 0, 1e6, "ms", "from the stimulus to the decision")};
  return d;
}

GoNogo::GoNogo(const Parameters& parameters) {
  const auto epochs = consecutive_epochs({500, parameters.number("delay"), 500}, parameters.number("dt"));
  stimulus_ = epochs[0];
  decision_ = epochs[2];
  info_.n_inputs = 3;
  info_.n_outputs = 2;
  info_.input_names = {"fixation", "nogo", "go"};
  info_.output_names = {"no response", "response"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"nogo", "go"};
  info_.contexts = {{"delay", Eigen::Vector3d(1, 0, 0)}};
}

void GoNogo::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(2)), stream, trial);
}

void GoNogo::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  trial.inputs.row(0).head(decision_.first).setOnes();
  trial.inputs.row(1 + condition).segment(stimulus_.first, stimulus_.n_steps).setOnes();
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), condition);
}

}  // namespace cohort
