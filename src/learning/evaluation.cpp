#include <cohort/learning/evaluation.hpp>

namespace cohort {

template <class Scalar>
Evaluation<Scalar>::Evaluation(const Task& task, const RandomStream& stream)
    : task_(task), objective_(task.info().loss) {
  fill_evaluation_batch(task_, stream, trials_);
}

template <class Scalar>
Score Evaluation<Scalar>::score(Network<Scalar>& network) const {
  const Activity<Scalar>& activity = network.forward(trials_.inputs, trials_.n_trials);
  Score score = objective_.score(trials_, activity.outputs);
  if (task_.has_performance()) score.accuracy = mean_performance(task_, trials_, activity.outputs);
  return score;
}

template <class Scalar>
Matrix<float> Evaluation<Scalar>::representation(const Network<Scalar>& network) const {
  const TaskInfo& info = task_.info();
  const Matrix<Scalar> samples = network.representation(info.first_sample_step, info.n_sample_steps);
  if (info.n_repeats == 1) return samples.template cast<float>();
  const auto n_conditions = static_cast<Index>(info.conditions.size());
  Matrix<Scalar> mean = Matrix<Scalar>::Zero(n_conditions * info.n_sample_steps, samples.cols());
  for (Index condition = 0; condition < n_conditions; ++condition)
    for (Index repeat = 0; repeat < info.n_repeats; ++repeat)
      mean.middleRows(condition * info.n_sample_steps, info.n_sample_steps) +=
          samples.middleRows((condition * info.n_repeats + repeat) * info.n_sample_steps, info.n_sample_steps);
  return (mean / static_cast<Scalar>(info.n_repeats)).template cast<float>();
}

template class Evaluation<float>;
template class Evaluation<double>;

}  // namespace cohort
