#include <cohort/tasks/delayed_match_to_sample.hpp>

#include <cohort/tasks/noise.hpp>

#include <algorithm>

namespace cohort {

Description DelayedMatchToSample::description() {
  Description d;
  d.name = "delayed_match_to_sample";
  d.summary = "say after a delay whether the test is the sample; 32 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 (match) or 2 (non-match); cross-entropy, all steps";
  d.reference = "Miller, Erickson & Desimone 1996, doi:10.1523/JNEUROSCI.16-16-05154.1996; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 1000, "ms", "duration of a step"),
                  ParameterInfo::number("delay", 1000, 0, 1e6, "ms", "from sample to test"),
                  noise_parameter(0.0707106781186548),
                  ParameterInfo::integer("repeats", 16, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

DelayedMatchToSample::DelayedMatchToSample(const Parameters& parameters) : sigma_(noise_of(parameters)) {
  const double dt = parameters.number("dt");
  const auto epochs = consecutive_epochs({300, 500, parameters.number("delay"), 500, 900}, dt);
  sample_ = epochs[1];
  test_ = epochs[3];
  decision_ = epochs[4];
  info_.n_inputs = 3;
  info_.n_outputs = 3;
  info_.input_names = {"fixation", "stimulus 1", "stimulus 2"};
  info_.output_names = {"fixate", "match", "nonmatch"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = dt;
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"sample=1,match", "sample=1,nonmatch", "sample=2,match", "sample=2,nonmatch"};
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", Eigen::Vector3d(1, 0, 0)}};
}

void DelayedMatchToSample::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(4)), stream, trial);
}

void DelayedMatchToSample::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Index sample = condition / 2;
  const bool is_match = condition % 2 == 0;
  trial.inputs.row(0).head(decision_.first).setOnes();
  trial.inputs.row(1 + sample).segment(sample_.first, sample_.n_steps).setOnes();
  trial.inputs.row(1 + (is_match ? sample : 1 - sample)).segment(test_.first, test_.n_steps).setOnes();
  for (const Epoch& epoch : {sample_, test_})
    add_noise(sigma_, stream, trial.inputs.block(1, epoch.first, 2, epoch.n_steps));
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), is_match ? 1 : 2);
}

}  // namespace cohort
