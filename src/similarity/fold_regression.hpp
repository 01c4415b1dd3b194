#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/stop_request.hpp>

#include <vector>

namespace cohort {

/// Ridge regressions from one representation, for every way to leave out one or two folds of samples: what they need of
/// the predicting side alone.
class FoldRegression {
 public:
  /// `values` [n_samples x n_units] and the samples of each fold, three folds at least.
  FoldRegression(MatrixXd values, std::vector<std::vector<Index>> folds);

  /// Sums of squares over all folds, each predicted by a fit on the others.
  struct Score {
    double error = 0;  ///< Σ |Y − Ŷ|²
    double total = 0;  ///< Σ |Y − Ȳ|², Ȳ the mean of what was fitted on
    VectorXd r2{};     ///< squared correlation of Y and Ŷ over all samples, per target; 0 where Ŷ never varies
  };
  /// Of predicting `target` [n_samples x n_targets], with the penalty that is best inside each fit.
  Score score(const MatrixXd& target, const StopCheck& stop) const;

 private:
  /// What is fitted on all folds but `left_out`, of the predicting side.
  struct Fit {
    Eigen::RowVectorXd mean{};
    MatrixXd directions{};   ///< eigenvectors of the centred products, [n_units x n_units]
    VectorXd eigenvalues{};  ///< rising
  };
  /// The same sums over folds of the target.
  struct Target;

  std::size_t place(std::size_t outer, std::size_t inner) const;
  Fit fit_without(std::size_t outer, std::size_t inner) const;
  /// What a fit without `outer` and `tested` says of fold `tested`, but for the penalty.
  struct Scored;
  Scored scored(const Target& target, std::size_t outer, std::size_t tested) const;
  VectorXd shrinkage(std::size_t outer, std::size_t tested, double penalty) const;
  VectorXd errors(const Target& target, std::size_t outer, std::size_t tested, const VectorXd& penalties) const;

  std::vector<MatrixXd> values_;  ///< of each fold
  std::vector<std::vector<Index>> folds_;
  std::vector<Fit> fits_;
};

}  // namespace cohort
