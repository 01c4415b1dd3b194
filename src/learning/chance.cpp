#include <cohort/learning/chance_of.hpp>

#include <cohort/learning/last_counted.hpp>
#include <cohort/learning/target_scale.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace cohort {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The best constant is the mean of a target: it is as bad as its variance, or right when there is none.
template <class Scalar>
double error_of_values(const TrialBatch<Scalar>& batch) {
  int n_counted = 0, n_varying = 0;
  for (const TargetScale& scale : target_scales(batch)) {
    if (scale.weight == 0) continue;
    ++n_counted;
    if (scale.varies) ++n_varying;
  }
  return static_cast<double>(n_varying) / n_counted;
}

template <class Scalar>
double error_of_classes(LossKind loss, const TrialBatch<Scalar>& batch, Index n_classes) {
  VectorXd weights = VectorXd::Zero(n_classes);
  for (Index column = 0; column < batch.n_columns(); ++column)
    weights[batch.classes[static_cast<std::size_t>(column)]] += static_cast<double>(batch.mask(0, column));
  weights /= weights.sum();
  if (loss == LossKind::class_squared_error) return (1 - weights.squaredNorm()) / 2;
  double entropy = 0;
  for (const double p : weights) {
    if (p > 0) entropy -= p * std::log(p);
    if (p < 1 && loss == LossKind::sigmoid_cross_entropy) entropy -= (1 - p) * std::log1p(-p);
  }
  return entropy;
}

template <class Scalar>
double most_frequent_answer(const TrialBatch<Scalar>& batch, Index n_classes) {
  VectorXd answers = VectorXd::Zero(n_classes);
  for (Index trial = 0; trial < batch.n_trials; ++trial)
    answers[batch.classes[static_cast<std::size_t>(last_counted_column(batch, trial))]] += 1;
  return answers.maxCoeff() / static_cast<double>(batch.n_trials);
}

/// The best of some constant outputs: nothing, one output alone of either sign, the means of the targets.
template <class Scalar>
double best_constant_performance(const Task& task, const TrialBatch<Scalar>& batch) {
  const Index n_outputs = task.info().n_outputs;
  Matrix<Scalar> tried = Matrix<Scalar>::Zero(n_outputs, 2 * n_outputs + 2);
  tried.middleCols(1, n_outputs).setIdentity();
  tried.middleCols(1 + n_outputs, n_outputs) = -Matrix<Scalar>::Identity(n_outputs, n_outputs);
  const auto scales = target_scales(batch);
  for (std::size_t output = 0; output < scales.size(); ++output)
    tried(static_cast<Index>(output), tried.cols() - 1) = static_cast<Scalar>(scales[output].mean);
  double best = 0;
  for (const auto& outputs : tried.colwise()) {
    const Matrix<Scalar> constant = outputs.replicate(1, batch.n_columns());
    best = std::max(best, mean_performance(task, batch, constant));
  }
  return best;
}

}  // namespace

template <class Scalar>
Chance chance_of(const Task& task, const TrialBatch<Scalar>& batch) {
  const TaskInfo& info = task.info();
  const bool has_classes = cohort::has_classes(info.loss);
  Chance chance{has_classes ? error_of_classes(info.loss, batch, info.n_outputs) : error_of_values(batch),
                task.chance()};
  if (!std::isnan(chance.accuracy)) return chance;
  if (task.has_performance())
    chance.accuracy = best_constant_performance(task, batch);
  else if (has_classes)
    chance.accuracy = most_frequent_answer(batch, info.n_outputs);
  return chance;
}

std::vector<double> chance_of_levels(const SnapshotPlan& plan, const Chance& chance) {
  std::vector<double> result(plan.at_updates.size(), kNone);
  result.insert(result.end(), plan.at_error.size(), chance.error);
  result.insert(result.end(), plan.at_accuracy.size(), chance.accuracy);
  result.push_back(kNone);
  return result;
}

std::string chance_warning(const std::string& label, double chance) {
  constexpr std::string_view error = "error<=", accuracy = "accuracy>=";
  const bool is_error = label.starts_with(error), is_accuracy = label.starts_with(accuracy);
  if (std::isnan(chance) || (!is_error && !is_accuracy)) return "";
  double level = 0;
  std::from_chars(label.data() + (is_error ? error : accuracy).size(), label.data() + label.size(), level);
  // A level that stands for chance in decimals counts as chance.
  constexpr double rounding = 1e-6;
  if (is_error ? level < chance * (1 - rounding) : level > chance * (1 + rounding)) return "";
  return fmt::format("level {} is at chance or below: outputs that never change score {:.4g}", label, chance);
}

template Chance chance_of(const Task&, const TrialBatch<float>&);
template Chance chance_of(const Task&, const TrialBatch<double>&);

}  // namespace cohort
