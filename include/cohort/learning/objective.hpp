#pragma once

#include <cohort/learning/target_scale.hpp>

#include <string>

namespace cohort {

/// How well outputs fit a batch.
struct Score {
  double loss = 0;      ///< the minimized quantity, without regularizers
  double error = 0;     ///< normalized error (mean squared error) or mean loss of the classes; what `at_error` compares
  double accuracy = 0;  ///< fraction of trials right at their last counted step; NaN when there are no classes
};

/// What Score::error is, in one line.
std::string error_formula(LossKind loss);

/// Masked mean squared error, E = Σ mask (y - y*)² / Σ mask, or masked cross-entropy of the softmax of the outputs,
/// E = -Σ mask log p(class) / Σ mask; or of sigmoids, E = -Σ mask [log s(y_class) + Σ_others log(1 - s(y))] / Σ mask;
/// or E = Σ mask ½|y - onehot(class)|² / Σ mask. Sums run in double precision.
///
/// The normalized error of Liu, Yang & Cueva 2025 divides the squared error of each output by the variance of its
/// target over the counted samples and averages over the outputs that are counted: 1 means no better than a constant,
/// whatever the units. What stands in for the variance of a target that does not vary: see target_scales.
template <class Scalar>
class Objective {
 public:
  explicit Objective(LossKind kind) : kind_(kind) {}

  Score score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs) const {
    return score(batch, outputs, target_scales(batch));
  }
  /// The same for whoever scores many outputs on one batch: `scales` are the target_scales of `batch`.
  Score score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs,
              const std::vector<TargetScale>& scales) const;

  /// Σ mask: what the loss is divided by.
  static double total_weight(const TrialBatch<Scalar>& batch) { return batch.mask.template cast<double>().sum(); }

  /// dE/dy, [n_outputs x n_steps * n_trials].
  void output_error(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs, Matrix<Scalar>& error) const {
    output_error(batch, outputs, total_weight(batch), error);
  }

  /// The same when `batch` holds only some of the steps of trials whose whole mask sums to `weight`.
  void output_error(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs, double weight,
                    Matrix<Scalar>& error) const;

  /// What each trial adds to the loss, [n_trials], for trials whose whole mask sums to `weight`.
  VectorXd trial_losses(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs, double weight) const;

 private:
  Score squared_score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs,
                      const std::vector<TargetScale>& scales) const;
  Score class_score(const TrialBatch<Scalar>& batch, const Matrix<Scalar>& outputs) const;

  LossKind kind_;
};

}  // namespace cohort
