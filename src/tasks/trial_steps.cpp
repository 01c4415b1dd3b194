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

template void copy_steps(const TrialBatch<float>&, Index, Index, TrialBatch<float>&);
template void copy_steps(const TrialBatch<double>&, Index, Index, TrialBatch<double>&);

}  // namespace cohort
