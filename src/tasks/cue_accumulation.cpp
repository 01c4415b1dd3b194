#include <cohort/tasks/cue_accumulation.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/tasks/spikes.hpp>

#include <fmt/format.h>

namespace cohort {

Description CueAccumulation::description() {
  Description d;
  d.name = "cue_accumulation";
  d.summary = "count cues from the left and from the right, wait, name the side with more; 2250 steps of 1 ms";
  d.equation = "class 0 (left) or 1 (right) = side of most cues; cross-entropy during recall";
  d.version = 2;
  d.reference = "Bellec et al. 2020, doi:10.1038/s41467-020-17236-y";
  d.parameters = {ParameterInfo::number("dt", 1, 0.1, 100, "ms", "duration of a step"),
                  ParameterInfo::integer("cues", 7, 1, 1001, "cues", "cues of a trial; odd, so that one side has more"),
                  ParameterInfo::number("silence", 50, 0, 10000, "ms", "silence before each cue"),
                  ParameterInfo::number("cue", 100, 0.1, 10000, "ms", "duration of a cue"),
                  ParameterInfo::number("delay", 1050, 0, 100000, "ms", "from the last cue to recall"),
                  ParameterInfo::number("recall", 150, 0.1, 10000, "ms", "duration of recall, where the answer counts"),
                  ParameterInfo::integer("group", 10, 1, 1000, "units", "input units of each of the four groups"),
                  ParameterInfo::number("rate", 40, 0, 10000, "Hz", "firing rate of a cue's units"),
                  ParameterInfo::number("noise_rate", 10, 0, 10000, "Hz", "firing rate of the background units"),
                  ParameterInfo::number("p", 0.7, 0.5, 1, "1", "probability of a cue on the favoured side"),
                  ParameterInfo::integer("repeats", 32, 1, 100000, "trials", "evaluation trials of each answer")};
  return d;
}

CueAccumulation::CueAccumulation(const Parameters& parameters)
    : group_(parameters.integer("group")), probability_(parameters.number("p")) {
  const double dt = parameters.number("dt");
  const auto n_cues = static_cast<std::size_t>(parameters.integer("cues"));
  if (n_cues % 2 == 0)
    throw UserError(fmt::format("cues={} is not possible for cue_accumulation", n_cues),
                    "an even number of cues can be a draw", "Give an odd number.");
  spike_ = spike_probability(parameters.number("rate"), dt);
  noise_spike_ = spike_probability(parameters.number("noise_rate"), dt);
  std::vector<double> durations;
  for (std::size_t cue = 0; cue < n_cues; ++cue) {
    durations.push_back(parameters.number("silence"));
    durations.push_back(parameters.number("cue"));
  }
  durations.push_back(parameters.number("delay"));
  durations.push_back(parameters.number("recall"));
  const auto epochs = consecutive_epochs(durations, dt);
  for (std::size_t cue = 0; cue < n_cues; ++cue) cues_.push_back(epochs[2 * cue + 1]);
  recall_ = epochs.back();
  info_.n_inputs = 4 * group_;
  info_.n_outputs = 2;
  info_.input_names = joined({numbered_names("left", group_), numbered_names("right", group_),
                              numbered_names("recall", group_), numbered_names("noise", group_)});
  info_.output_names = {"left", "right"};
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = recall_.end();
  info_.dt_ms = dt;
  info_.loss = LossKind::cross_entropy;
  info_.conditions = {"left", "right"};
  info_.n_repeats = parameters.integer("repeats");
  VectorXd delay = VectorXd::Zero(info_.n_inputs);
  delay.tail(group_).setConstant(noise_spike_);
  info_.contexts = {{"delay", delay}};
}

void CueAccumulation::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(2)), stream, trial);
}

void CueAccumulation::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  trial.classes.assign(trial.classes.size(), condition);
  trial.mask.leftCols(recall_.first).setZero();
  std::vector<Index> sides(cues_.size());
  std::size_t n_right = 0;
  for (Index& side : sides) {
    side = stream.uniform() < probability_ ? 1 : 0;
    n_right += static_cast<std::size_t>(side);
  }
  // Left and right are alike, so the mirror image of a trial is a trial of the other answer, equally likely.
  if ((2 * n_right > cues_.size()) != (condition == 1))
    for (Index& side : sides) side = 1 - side;
  for (std::size_t cue = 0; cue < cues_.size(); ++cue)
    add_spikes(spike_, stream, trial.inputs.block(sides[cue] * group_, cues_[cue].first, group_, cues_[cue].n_steps));
  add_spikes(spike_, stream, trial.inputs.block(2 * group_, recall_.first, group_, recall_.n_steps));
  add_spikes(noise_spike_, stream, trial.inputs.bottomRows(group_));
}

double CueAccumulation::performance(const Trial& trial, const MatrixXd& outputs) const {
  const VectorXd logits = outputs * trial.mask.row(0).transpose();
  Index chosen = 0;
  logits.maxCoeff(&chosen);
  return chosen == trial.classes.back() ? 1 : 0;
}

}  // namespace cohort
