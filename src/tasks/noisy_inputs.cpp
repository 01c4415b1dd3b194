#include <cohort/tasks/noisy_inputs.hpp>

#include <algorithm>

namespace cohort {

void NoisyInputs::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  RandomStream noise = stream.substream(1);
  task_->training_trial(index, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  RandomStream noise = stream.substream(1);
  task_->evaluation_trial(condition, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::disturb(RandomStream& stream, Trial& trial) const {
  for (double& input : trial.inputs.reshaped()) input = std::clamp(input + sigma_ * stream.normal(), low_, high_);
}

}  // namespace cohort
