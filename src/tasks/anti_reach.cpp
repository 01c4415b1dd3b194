#include <cohort/tasks/anti_reach.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {

Description AntiReach::description() {
  Description d;
  d.name = "anti_reach";
  d.summary = "respond in the direction opposite to the stimulus; 15 steps of 100 ms";
  d.equation = "class 0 until the decision, then 1 + direction of the response; cross-entropy, all steps";
  d.reference = "Munoz & Everling 2004, doi:10.1038/nrn1345; timing of NeuroGym";
  d.parameters = {ParameterInfo::number("dt", 100, 0.1, 500, "ms", "duration of a step"),
                  ParameterInfo::number("delay", 0, 0, 1e6, "ms", "from the stimulus to the decision"),
                  ParameterInfo::integer("directions", 32, 2, 10000, "directions", "on the ring; also its units"),
                  ParameterInfo::flag("anti", true, "respond opposite to the stimulus, not at it")};
  return d;
}

AntiReach::AntiReach(const Parameters& parameters) : n_directions_(parameters.integer("directions")) {
  const bool is_anti = parameters.flag("anti");
  const auto epochs = consecutive_epochs({500, 500, parameters.number("delay"), 500}, parameters.number("dt"));
  stimulus_ = epochs[1];
  decision_ = epochs[3];
  ring_.resize(n_directions_);
  for (Index unit = 0; unit < n_directions_; ++unit) {
    const double turn = static_cast<double>(unit) / static_cast<double>(n_directions_);
    ring_[unit] = (is_anti ? -1 : 1) * std::cos(2 * std::numbers::pi * turn);  // half a turn changes the sign
  }
  info_.n_inputs = info_.n_outputs = 1 + n_directions_;
  info_.input_names = joined({{"fixation"}, direction_names("stimulus", n_directions_)});
  info_.output_names = joined({{"fixate"}, direction_names("response", n_directions_)});
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = decision_.end();
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::cross_entropy;
  for (Index direction = 0; direction < n_directions_; ++direction)
    info_.conditions.push_back(
        fmt::format("response={:g}deg", 360 * static_cast<double>(direction) / static_cast<double>(n_directions_)));
  info_.contexts = {{"fixation", VectorXd::Unit(info_.n_inputs, 0)}};
}

void AntiReach::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(static_cast<int>(stream.integer(static_cast<std::uint64_t>(n_directions_))), stream, trial);
}

void AntiReach::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  trial.inputs.row(0).head(decision_.first).setOnes();
  for (Index unit = 0; unit < n_directions_; ++unit)
    trial.inputs.row(1 + unit)
        .segment(stimulus_.first, stimulus_.n_steps)
        .setConstant(ring_[(unit - condition + n_directions_) % n_directions_]);
  std::fill(trial.classes.begin() + decision_.first, trial.classes.end(), 1 + condition);
}

}  // namespace cohort
