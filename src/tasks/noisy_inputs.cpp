#include <cohort/tasks/noisy_inputs.hpp>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

/// The repeats of a condition are numbered substreams of its stream; no repeat ever has this number.
constexpr std::uint64_t kNoise = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void NoisyInputs::training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const {
  RandomStream noise = stream.substream(kNoise);
  task_->training_trial(index, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::ordered_training_trial(const RandomStream& all, std::uint64_t index, RandomStream& stream,
                                         Trial& trial) const {
  RandomStream noise = stream.substream(kNoise);
  task_->ordered_training_trial(all, index, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  RandomStream noise = stream.substream(kNoise);
  task_->evaluation_trial(condition, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::repeated_evaluation_trial(int condition, Index repeat, RandomStream& stream, Trial& trial) const {
  RandomStream noise = stream.substream(kNoise);
  task_->repeated_evaluation_trial(condition, repeat, stream, trial);
  disturb(noise, trial);
}

void NoisyInputs::disturb(RandomStream& stream, Trial& trial) const {
  for (double& input : trial.inputs.reshaped()) input = std::clamp(input + sigma_ * stream.normal(), low_, high_);
}

}  // namespace cohort
