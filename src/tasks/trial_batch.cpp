#include <cohort/tasks/trial_batch.hpp>

namespace cohort {

template <class Scalar>
void resize_batch(const TaskInfo& info, Index n_trials, Index n_steps, TrialBatch<Scalar>& batch) {
  const Index n_columns = n_trials * n_steps;
  batch.n_trials = n_trials;
  batch.n_steps = n_steps;
  batch.inputs.resize(info.n_inputs + 1, n_columns);
  batch.inputs.row(info.n_inputs).setOnes();
  const bool has_values = info.loss == LossKind::mean_squared_error;
  batch.targets.resize(has_values ? info.n_outputs : 0, has_values ? n_columns : 0);
  batch.classes.resize(has_values ? 0 : static_cast<std::size_t>(n_columns));
  batch.mask.resize(has_values ? info.n_outputs : 1, n_columns);
  batch.conditions.resize(static_cast<std::size_t>(n_trials));
}

namespace {

/// Writes the columns of `from`, one per step, to every `n_trials`-th column of `to` from column `position` on, at the
/// top. Written out because it is most of what drawing large trials costs.
template <class Scalar>
void place_columns(const MatrixXd& from, Index position, Index n_trials, Matrix<Scalar>& to) {
  const Index n_rows = from.rows(), stride = n_trials * to.rows();
  const double* source = from.data();
  Scalar* target = to.data() + position * to.rows();
  for (Index step = 0; step < from.cols(); ++step, source += n_rows, target += stride)
    for (Index row = 0; row < n_rows; ++row) target[row] = static_cast<Scalar>(source[row]);
}

}  // namespace

template <class Scalar>
void place_trial(const Trial& trial, Index position, TrialBatch<Scalar>& batch) {
  place_columns(trial.inputs, position, batch.n_trials, batch.inputs);
  place_columns(trial.mask, position, batch.n_trials, batch.mask);
  if (batch.targets.size() > 0) {
    place_columns(trial.targets, position, batch.n_trials, batch.targets);
  } else {
    for (Index step = 0; step < batch.n_steps; ++step)
      batch.classes[static_cast<std::size_t>(step * batch.n_trials + position)] =
          trial.classes[static_cast<std::size_t>(step)];
  }
  batch.conditions[static_cast<std::size_t>(position)] = trial.condition;
}

template <class Scalar>
Trial take_trial(const TrialBatch<Scalar>& batch, Index position) {
  const auto columns = Eigen::seqN(position, batch.n_steps, batch.n_trials);
  Trial trial;
  trial.mask = batch.mask(Eigen::all, columns).template cast<double>();
  if (batch.targets.size() > 0) {
    trial.targets = batch.targets(Eigen::all, columns).template cast<double>();
  } else {
    for (Index step = 0; step < batch.n_steps; ++step)
      trial.classes.push_back(batch.classes[static_cast<std::size_t>(step * batch.n_trials + position)]);
  }
  trial.condition = batch.conditions[static_cast<std::size_t>(position)];
  return trial;
}

template <class Scalar>
void fill_training_batch(const Task& task, const RandomStream& stream, std::uint64_t first, Index n_trials,
                         TrialBatch<Scalar>& batch) {
  resize_batch(task.info(), n_trials, task.info().n_steps, batch);
  Trial trial;
  for (Index i = 0; i < n_trials; ++i) {
    const std::uint64_t index = first + static_cast<std::uint64_t>(i);
    RandomStream own = stream.substream(index);
    task.ordered_training_trial(stream, index, own, trial);
    place_trial(trial, i, batch);
  }
}

template <class Scalar>
void fill_evaluation_batch(const Task& task, const RandomStream& stream, TrialBatch<Scalar>& batch) {
  const auto n_conditions = static_cast<Index>(task.info().conditions.size());
  resize_batch(task.info(), task.info().n_evaluation_trials(), task.info().n_evaluation_steps, batch);
  Trial trial;
  Index position = 0;
  for (Index condition = 0; condition < n_conditions; ++condition) {
    for (Index repeat = 0; repeat < task.info().n_repeats_of(condition); ++repeat) {
      RandomStream own = stream.substream(static_cast<std::uint64_t>(condition));
      if (repeat > 0) own = own.substream(static_cast<std::uint64_t>(repeat));
      task.repeated_evaluation_trial(static_cast<int>(condition), repeat, own, trial);
      place_trial(trial, position++, batch);
    }
  }
}

template <class Scalar>
double mean_performance(const Task& task, const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs) {
  double sum = 0;
  for (Index position = 0; position < batch.n_trials; ++position) {
    const auto columns = Eigen::seqN(position, batch.n_steps, batch.n_trials);
    const MatrixXd own = outputs(Eigen::all, columns).template cast<double>();
    sum += task.performance(take_trial(batch, position), own);
  }
  return sum / static_cast<double>(batch.n_trials);
}

#define COHORT_INSTANTIATE(Scalar)                                                                                \
  template void resize_batch(const TaskInfo&, Index, Index, TrialBatch<Scalar>&);                                 \
  template void place_trial(const Trial&, Index, TrialBatch<Scalar>&);                                            \
  template Trial take_trial(const TrialBatch<Scalar>&, Index);                                                    \
  template void fill_training_batch(const Task&, const RandomStream&, std::uint64_t, Index, TrialBatch<Scalar>&); \
  template void fill_evaluation_batch(const Task&, const RandomStream&, TrialBatch<Scalar>&);                     \
  template double mean_performance(const Task&, const TrialBatch<Scalar>&, const Matrix<Scalar>&);

COHORT_INSTANTIATE(float)
COHORT_INSTANTIATE(double)
#undef COHORT_INSTANTIATE

}  // namespace cohort
