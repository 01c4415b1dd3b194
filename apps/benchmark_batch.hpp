#pragma once

#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

inline constexpr Index kBenchmarkInputs = 10, kBenchmarkOutputs = 3;

/// Random trials for benchmarks: 10 inputs, 3 outputs, every step counted.
inline TrialBatch<float> benchmark_batch(Index n_trials, Index n_steps) {
  TaskInfo info;
  info.n_inputs = kBenchmarkInputs;
  info.n_outputs = kBenchmarkOutputs;
  TrialBatch<float> batch;
  resize_batch(info, n_trials, n_steps, batch);
  RandomStream stream("benchmark", "batch", 1);
  for (Index col = 0; col < batch.n_columns(); ++col) {
    for (Index i = 0; i < kBenchmarkInputs; ++i) batch.inputs(i, col) = static_cast<float>(stream.normal());
    for (Index i = 0; i < kBenchmarkOutputs; ++i) batch.targets(i, col) = static_cast<float>(stream.normal());
  }
  batch.mask.setOnes();
  batch.conditions.assign(static_cast<std::size_t>(n_trials), 0);
  return batch;
}

}  // namespace cohort
