#include <cohort/learning/objective.hpp>

#include <cohort/learning/last_counted.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace cohort {
namespace {

/// log Σ exp(logits), without overflow.
template <class Column>
double log_sum_exp(const Column& logits) {
  const double largest = static_cast<double>(logits.maxCoeff());
  double sum = 0;
  for (Index i = 0; i < logits.size(); ++i) sum += std::exp(static_cast<double>(logits[i]) - largest);
  return largest + std::log(sum);
}

/// log(1 + exp(x)), without overflow.
double soft_plus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// What one column of outputs adds to a loss of classes.
template <class Column>
double class_loss(LossKind kind, const Column& outputs, int target) {
  if (kind == LossKind::cross_entropy) return log_sum_exp(outputs) - static_cast<double>(outputs[target]);
  double sum = 0;
  for (Index i = 0; i < outputs.size(); ++i) {
    const auto y = static_cast<double>(outputs[i]);
    const double onehot = i == target ? 1 : 0;
    sum += kind == LossKind::class_squared_error ? (y - onehot) * (y - onehot) / 2 : soft_plus(y) - onehot * y;
  }
  return sum;
}

/// Its derivative by each output, times `weight`.
template <class Column, class Error>
void write_class_error(LossKind kind, const Column& outputs, int target, double weight, Error error) {
  const double normalizer = kind == LossKind::cross_entropy ? log_sum_exp(outputs) : 0;
  for (Index i = 0; i < outputs.size(); ++i) {
    const auto y = static_cast<double>(outputs[i]);
    const double answer = kind == LossKind::cross_entropy         ? std::exp(y - normalizer)
                          : kind == LossKind::class_squared_error ? y
                                                                  : 1 / (1 + std::exp(-y));
    error[i] = static_cast<typename Error::Scalar>(weight * (answer - (i == target ? 1 : 0)));
  }
}

/// Fraction of trials whose class is right at their last counted step.
template <class Scalar>
double accuracy_of(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs) {
  Index right = 0;
  for (Index trial = 0; trial < batch.n_trials; ++trial) {
    const Index column = last_counted_column(batch, trial);
    Index chosen = 0;
    outputs.col(column).maxCoeff(&chosen);
    if (chosen == batch.classes[static_cast<std::size_t>(column)]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(batch.n_trials);
}

}  // namespace

std::string error_formula(LossKind loss) {
  if (loss == LossKind::cross_entropy)
    return "E = -sum m log p(class) / sum m; m: mask, sums over steps and evaluation trials";
  if (loss == LossKind::sigmoid_cross_entropy)
    return "E = -sum m (log s(y of the class) + sum over the other outputs of log(1 - s(y))) / sum m; s: sigmoid, m: "
           "mask, sums over steps and evaluation trials";
  if (loss == LossKind::class_squared_error)
    return "E = sum m |y - y*|^2 / 2 / sum m; y*: 1 for the class, 0 for the others, m: mask, sums over steps and "
           "evaluation trials";
  return "E = mean over counted outputs of sum m (y - y*)^2 / D; D = sum m (y* - mean y*)^2 where y* varies, sum m "
         "y*^2 "
         "where it is a constant other than 0, and where it is always 0 sum m times the mean over the other outputs of "
         "their mean y*^2 (1 without any); m: mask, y*: target, sums over steps and evaluation trials";
}

template <class Scalar>
Score Objective<Scalar>::score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs,
                               const std::vector<TargetScale>& scales) const {
  return kind_ == LossKind::mean_squared_error ? squared_score(batch, outputs, scales) : class_score(batch, outputs);
}

template <class Scalar>
Score Objective<Scalar>::squared_score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs,
                                       const std::vector<TargetScale>& scales) const {
  double total = 0, total_weight = 0, normalized = 0;
  int n_counted = 0;
  for (Index output = 0; output < outputs.rows(); ++output) {
    const TargetScale& scale = scales[static_cast<std::size_t>(output)];
    if (scale.weight == 0) continue;  // never counted
    double square = 0;
    for (Index column = 0; column < outputs.cols(); ++column) {
      const auto m = static_cast<double>(batch.mask(output, column));
      if (m == 0) continue;  // what is masked may be anything, even NaN
      const double difference =
          static_cast<double>(outputs(output, column)) - static_cast<double>(batch.targets(output, column));
      square += m * difference * difference;
    }
    normalized += square / scale.divisor;
    total += square;
    total_weight += scale.weight;
    ++n_counted;
  }
  return {total / total_weight, normalized / n_counted, std::numeric_limits<double>::quiet_NaN()};
}

template <class Scalar>
Score Objective<Scalar>::class_score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs) const {
  double total = 0, weight = 0;
  for (Index column = 0; column < outputs.cols(); ++column) {
    const auto m = static_cast<double>(batch.mask(0, column));
    if (m == 0) continue;
    const int target = batch.classes[static_cast<std::size_t>(column)];
    total += m * class_loss(kind_, outputs.col(column), target);
    weight += m;
  }
  return {total / weight, total / weight, accuracy_of(batch, outputs)};
}

template <class Scalar>
VectorXd Objective<Scalar>::trial_losses(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs,
                                         double weight) const {
  VectorXd losses = VectorXd::Zero(batch.n_trials);
  for (Index column = 0; column < outputs.cols(); ++column) {
    double& loss = losses[column % batch.n_trials];
    if (kind_ == LossKind::mean_squared_error) {
      for (Index output = 0; output < outputs.rows(); ++output) {
        const auto m = static_cast<double>(batch.mask(output, column));
        if (m == 0) continue;  // what is masked may be anything, even NaN
        const double difference =
            static_cast<double>(outputs(output, column)) - static_cast<double>(batch.targets(output, column));
        loss += m * difference * difference;
      }
    } else if (const auto m = static_cast<double>(batch.mask(0, column)); m != 0) {
      const int target = batch.classes[static_cast<std::size_t>(column)];
      loss += m * class_loss(kind_, outputs.col(column), target);
    }
  }
  return losses / weight;
}

template <class Scalar>
void Objective<Scalar>::output_error(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs, double weight,
                                     Matrix<Scalar>& error) const {
  error.resize(outputs.rows(), outputs.cols());
  if (kind_ == LossKind::mean_squared_error) {
    const auto scale = static_cast<Scalar>(2 / weight);
    error = (batch.mask.array() == 0).select(Scalar(0), scale * batch.mask.array() * (outputs - batch.targets).array());
    return;
  }
  for (Index column = 0; column < outputs.cols(); ++column) {
    const double m = static_cast<double>(batch.mask(0, column)) / weight;
    if (m == 0) {
      error.col(column).setZero();
      continue;
    }
    const int target = batch.classes[static_cast<std::size_t>(column)];
    write_class_error(kind_, outputs.col(column), target, m, error.col(column));
  }
}

template class Objective<float>;
template class Objective<double>;

}  // namespace cohort
