#include <cohort/tasks/training_batches.hpp>

namespace cohort {

template <class Scalar>
const TrialBatch<Scalar>& TrainingBatches<Scalar>::next(Index n_trials) {
  first_trial_ = next_trial_;
  if (!task_.info().has_one_trial || batch_.n_trials != n_trials)
    fill_training_batch(task_, stream_, first_trial_, n_trials, batch_);
  next_trial_ += static_cast<std::uint64_t>(n_trials);
  return batch_;
}

template class TrainingBatches<float>;
template class TrainingBatches<double>;

}  // namespace cohort
