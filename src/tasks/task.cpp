#include <cohort/tasks/task.hpp>

#include <cohort/core/errors.hpp>

namespace cohort {

std::string TaskInfo::condition_name(int condition) const {
  const auto place = static_cast<std::size_t>(condition);
  return place < conditions.size() ? conditions[place] : "training condition " + std::to_string(condition);
}

void Trial::reset(const TaskInfo& info, Index n_steps) {
  inputs.setZero(info.n_inputs, n_steps);
  if (info.loss == LossKind::mean_squared_error) {
    targets.setZero(info.n_outputs, n_steps);
    mask.setOnes(info.n_outputs, n_steps);
  } else {
    classes.assign(static_cast<std::size_t>(n_steps), 0);
    mask.setOnes(1, n_steps);
  }
  condition = 0;
}

double Task::performance(const Trial&, const MatrixXd&) const {
  throw InternalError("this task has no performance measure of its own");
}

}  // namespace cohort
