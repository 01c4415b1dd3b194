#include <cohort/tasks/task.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

namespace cohort {

const char* loss_name(LossKind loss) {
  switch (loss) {
    case LossKind::mean_squared_error:
      return "mean_squared_error";
    case LossKind::cross_entropy:
      return "cross_entropy";
    case LossKind::sigmoid_cross_entropy:
      return "sigmoid_cross_entropy";
    case LossKind::class_squared_error:
      return "class_squared_error";
  }
  throw InternalError("a loss without a name");
}

const char* loss_title(LossKind loss) {
  switch (loss) {
    case LossKind::mean_squared_error:
      return "mean squared error";
    case LossKind::cross_entropy:
      return "cross-entropy";
    case LossKind::sigmoid_cross_entropy:
      return "cross-entropy of sigmoids";
    case LossKind::class_squared_error:
      return "half the squared error of the classes";
  }
  throw InternalError("a loss without a title");
}

std::string TaskInfo::condition_name(int condition) const {
  const auto place = static_cast<std::size_t>(condition);
  return place < conditions.size() ? conditions[place] : "training condition " + std::to_string(condition);
}

std::vector<std::string> numbered_names(const std::string& word, Index n) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(n));
  for (Index i = 1; i <= n; ++i) names.push_back(fmt::format("{} {}", word, i));
  return names;
}

std::vector<std::string> direction_names(const std::string& word, Index n) {
  std::vector<std::string> names;
  for (Index i = 0; i < n; ++i)
    names.push_back(fmt::format("{} {:g}deg", word, 360 * static_cast<double>(i) / static_cast<double>(n)));
  return names;
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> names;
  for (const auto& list : lists) names.insert(names.end(), list.begin(), list.end());
  return names;
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
