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
    /// Products of the scores of the folds that were left out, in their order, [n_units x n_units] each.
    std::vector<MatrixXd> squares{};
  };
  /// The same sums over folds of the target.
  struct Target;
  struct Rest;

  std::size_t place(std::size_t outer, std::size_t inner) const;
  Fit fit_without(std::size_t outer, std::size_t inner) const;
  MatrixXd squares_of_scores(const Fit& fit, std::size_t fold) const;
  Rest rest_of(const Target& target, std::size_t outer, std::size_t inner) const;
  static VectorXd shrinkage(const Fit& fit, double penalty);
  VectorXd errors(const Target& target, const Fit& fit, const Rest& rest, std::size_t tested,
                  const MatrixXd& weighted_squares) const;
  MatrixXd inside_errors(const Target& target, const StopCheck& stop) const;

  std::vector<MatrixXd> values_;          ///< of each fold
  std::vector<Eigen::RowVectorXd> sums_;  ///< of these, over samples
  std::vector<std::vector<Index>> folds_;
  std::vector<Fit> fits_;
};

}  // namespace cohort
