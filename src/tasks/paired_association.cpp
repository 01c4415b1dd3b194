#include <cohort/tasks/paired_association.hpp>

#include <cohort/tasks/noise.hpp>

#include <algorithm>

namespace cohort {

Description PairedAssociation::description() {
  Description d;
  d.name = "paired_association";
  d.summary = "respond when two stimuli, a delay apart, make a rewarded pair; 45 steps of 100 ms";
  d.equation = "class 1 in the decision after the pairs 1-3 and 2-4, else 0; cross-entropy, all steps";
  d.reference = "Zhang et al. 2019, doi:10.7554/eLife.43191; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 500, "ms", "duration of a step"),
                  ParameterInfo::number("delay", 1000, 0, 1e6, "ms", "from the first stimulus to the second"),
                  ParameterInfo::number("wait", 1000, 0, 1e6, "ms", "from the second stimulus to the decision"),
                  noise_parameter(0),
                  ParameterInfo::integer("repeats", 1, 1, 100000, "trials", "evaluation trials of each condition")};
  return d;
}

PairedAssociation::PairedAssociation(const Parameters& parameters) : sigma_(noise_of(parameters)) {
  const auto epochs = consecutive_epochs({1000, parameters.number("delay"), 1000, parameters.number("wait"), 500},
                                         parameters.number("dt"));
  first_ = epochs[0];
  second_ = epochs[2];
  decision_ = epochs[4];
  info_.n_inputs = 5;
  info_.n_outputs = 2;
  info_.input_names = joined({{"fixation"}, numbered_names("stimulus", 4)});
  info_.output_names = {"no response", "response"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"pair=1-3", "pair=1-4", "pair=2-3", "pair=2-4"};
  info_.n_repeats = parameters.integer("repeats");
  info_.contexts = {{"delay", VectorXd::Unit(5, 0)}};
}

void PairedAssociation::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(4)), stream, trial);
}

void PairedAssociation::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Index first = condition / 2, second = condition % 2;
  const auto show = [&](Index input, const Epoch& epoch) {
    auto shown = trial.inputs.block(input, epoch.first, 1, epoch.n_steps);
    shown.setOnes();
    add_noise(sigma_, stream, shown);
  };
  trial.inputs.row(0).head(decision_.first).setOnes();
  show(1 + first, first_);
  show(3 + second, second_);
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), first == second ? 1 : 0);
}

}  // namespace cohort
