#include <cohort/tasks/trial_steps.hpp>

namespace cohort {

template <class Scalar>
void copy_steps(const TrialBatch<Scalar>& batch, Index first, Index n_steps, TrialBatch<Scalar>& part) {
  const Index begin = first * batch.n_trials, n_columns = n_steps * batch.n_trials;
  part.n_trials = batch.n_trials;
  part.n_steps = n_steps;
  part.inputs = batch.inputs.middleCols(begin, n_columns);
  part.mask = batch.mask.middleCols(begin, n_columns);
  if (batch.targets.cols() > 0) part.targets = batch.targets.middleCols(begin, n_columns);
  if (!batch.classes.empty())
    part.classes.assign(batch.classes.begin() + begin, batch.classes.begin() + begin + n_columns);
  part.conditions = batch.conditions;
}

template <class Scalar>
Trial trial_at(const TrialBatch<Scalar>& batch, Index position) {
  Trial trial;
  const auto columns = Eigen::seqN(position, batch.n_steps, batch.n_trials);
  trial.inputs = batch.inputs(Eigen::seqN(0, batch.inputs.rows() - 1), columns).template cast<double>();
  trial.mask = batch.mask(Eigen::all, columns).template cast<double>();
  if (batch.targets.cols() > 0) trial.targets = batch.targets(Eigen::all, columns).template cast<double>();
  for (Index step = 0; step < batch.n_steps && !batch.classes.empty(); ++step)
    trial.classes.push_back(batch.classes[static_cast<std::size_t>(step * batch.n_trials + position)]);
  trial.condition = batch.conditions[static_cast<std::size_t>(position)];
  return trial;
}

template Trial trial_at(const TrialBatch<float>&, Index);
template Trial trial_at(const TrialBatch<double>&, Index);
template void copy_steps(const TrialBatch<float>&, Index, Index, TrialBatch<float>&);
template void copy_steps(const TrialBatch<double>&, Index, Index, TrialBatch<double>&);

}  // namespace cohort
