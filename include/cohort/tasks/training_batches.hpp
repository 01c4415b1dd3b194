#pragma once

#include <cohort/tasks/trial_batch.hpp>

#include <cstdint>

namespace cohort {

/// The training batches of one run, one after the other. A batch of a task whose training trials are all the same is
/// made once.
template <class Scalar>
class TrainingBatches {
 public:
  /// `task` must outlive this object.
  TrainingBatches(const Task& task, const RandomStream& stream) : task_(task), stream_(stream) {}

  /// The `n_trials` training trials that follow those of the calls before. Valid until the next call.
  const TrialBatch<Scalar>& next(Index n_trials);

  /// Number of the first trial of the last batch.
  std::uint64_t first_trial() const { return first_trial_; }

  /// Where the stream of trials stands: number of the next batch's first trial.
  std::uint64_t next_trial() const { return next_trial_; }
  void go_to(std::uint64_t next_trial) { next_trial_ = next_trial; }

 private:
  const Task& task_;
  RandomStream stream_;
  std::uint64_t first_trial_ = 0, next_trial_ = 0;
  TrialBatch<Scalar> batch_;
};

}  // namespace cohort
