#include <cohort/learning/evaluation.hpp>

namespace cohort {

template <class Scalar>
Evaluation<Scalar>::Evaluation(const Task& task, const RandomStream& stream)
    : task_(task), objective_(task.info().loss) {
  fill_evaluation_batch(task_, stream, trials_);
  scales_ = target_scales(trials_);
}

template <class Scalar>
Score Evaluation<Scalar>::score(Network<Scalar>& network) const {
  const Activity<Scalar>& activity = network.forward(trials_.inputs, trials_.n_trials);
  Score score = objective_.score(trials_, activity.outputs, scales_);
  if (task_.has_performance()) score.accuracy = mean_performance(task_, trials_, activity.outputs);
  return score;
}

template <class Scalar>
Matrix<float> Evaluation<Scalar>::representation(const Network<Scalar>& network) const {
  const TaskInfo& info = task_.info();
  return mean_over_trials(network.representation(info.first_sample_step, info.n_sample_steps));
}

template <class Scalar>
Matrix<float> Evaluation<Scalar>::outputs(const Network<Scalar>& network) const {
  const TaskInfo& info = task_.info();
  const Activity<Scalar>& activity = network.activity();
  Matrix<Scalar> samples(activity.n_trials * info.n_sample_steps, activity.outputs.rows());
  for (Index trial = 0; trial < activity.n_trials; ++trial)
    for (Index step = 0; step < info.n_sample_steps; ++step)
      samples.row(trial * info.n_sample_steps + step) =
          activity.outputs.col((info.first_sample_step + step) * activity.n_trials + trial).transpose();
  return mean_over_trials(samples);
}

/// Of `samples` [n_trials * n_sample_steps x n], the mean over the trials of each condition.
template <class Scalar>
Matrix<float> Evaluation<Scalar>::mean_over_trials(const Matrix<Scalar>& samples) const {
  const TaskInfo& info = task_.info();
  const auto n_conditions = static_cast<Index>(info.conditions.size()), n_steps = info.n_sample_steps;
  if (info.n_evaluation_trials() == n_conditions) return samples.template cast<float>();
  Matrix<Scalar> mean = Matrix<Scalar>::Zero(n_conditions * n_steps, samples.cols());
  Index trial = 0;
  for (Index condition = 0; condition < n_conditions; ++condition) {
    const Index n_repeats = info.n_repeats_of(condition);
    auto own = mean.middleRows(condition * n_steps, n_steps);
    for (Index repeat = 0; repeat < n_repeats; ++repeat) own += samples.middleRows(trial++ * n_steps, n_steps);
    own /= static_cast<Scalar>(n_repeats);
  }
  return mean.template cast<float>();
}

template class Evaluation<float>;
template class Evaluation<double>;

}  // namespace cohort
