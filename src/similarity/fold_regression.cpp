#include "fold_regression.hpp"

#include <cohort/core/errors.hpp>

#include <cohort/core/decompositions.hpp>

#include <algorithm>
#include <utility>

namespace cohort {

namespace {

/// In largest eigenvalues: from next to nothing to the mean alone.
const VectorXd kPenalties = VectorXd::LinSpaced(10, -6, 3).unaryExpr([](double k) { return std::pow(10.0, k); });

}  // namespace

struct FoldRegression::Target {
  std::vector<MatrixXd> values{};    ///< of each fold
  std::vector<MatrixXd> products{};  ///< XᵀY of each fold

  /// Samples of all folds but two (or one, where they are the same), mean of the target, and XᵀY.
  struct Rest {
    double n = 0;
    Eigen::RowVectorXd mean{};
    MatrixXd products{};
  };
  Rest without(std::size_t outer, std::size_t inner) const {
    Rest rest{0, Eigen::RowVectorXd::Zero(values[0].cols()), MatrixXd::Zero(products[0].rows(), products[0].cols())};
    for (std::size_t fold = 0; fold < values.size(); ++fold) {
      if (fold == outer || fold == inner) continue;
      rest.n += static_cast<double>(values[fold].rows());
      rest.mean += values[fold].colwise().sum();
      rest.products += products[fold];
    }
    rest.mean /= rest.n;
    return rest;
  }
};

FoldRegression::FoldRegression(MatrixXd values, std::vector<std::vector<Index>> folds) : folds_(std::move(folds)) {
  expects(folds_.size() >= 3, "folds to fit on, to choose by and to score");
  for (const auto& samples : folds_) values_.push_back(values(samples, Eigen::all));
  for (std::size_t outer = 0; outer < folds_.size(); ++outer)
    for (std::size_t inner = outer; inner < folds_.size(); ++inner) fits_.push_back(fit_without(outer, inner));
}

/// Rows of the upper triangle: n, n - 1, ...
std::size_t FoldRegression::place(std::size_t outer, std::size_t inner) const {
  const auto [row, col] = std::minmax(outer, inner);
  return row * folds_.size() - row * (row + 1) / 2 + col;
}

FoldRegression::Fit FoldRegression::fit_without(std::size_t outer, std::size_t inner) const {
  const Index n_units = values_[0].cols();
  Fit fit{Eigen::RowVectorXd::Zero(n_units)};
  double n = 0;
  const auto for_each_rest = [&](const auto& action) {
    for (std::size_t fold = 0; fold < values_.size(); ++fold)
      if (fold != outer && fold != inner) action(values_[fold]);
  };
  for_each_rest([&](const MatrixXd& rest) {
    n += static_cast<double>(rest.rows());
    fit.mean += rest.colwise().sum();
  });
  fit.mean /= n;
  MatrixXd products = MatrixXd::Zero(n_units, n_units);
  for_each_rest([&](const MatrixXd& rest) {
    const MatrixXd deviations = rest.rowwise() - fit.mean;
    products.noalias() += deviations.transpose() * deviations;
  });
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(products);
  fit.directions = solver.eigenvectors();
  fit.eigenvalues = solver.eigenvalues().cwiseMax(0);
  return fit;
}

/// Σ |Y − Ŷ|² on fold `tested`, of fits without it and without `outer`, one for each penalty.
VectorXd FoldRegression::errors(const Target& target, std::size_t outer, std::size_t tested,
                                const VectorXd& penalties) const {
  const Fit& fit = fits_[place(outer, tested)];
  const Target::Rest rest = target.without(outer, tested);
  const MatrixXd weights = fit.directions.transpose() * (rest.products - rest.n * fit.mean.transpose() * rest.mean);
  const MatrixXd scores = (values_[tested].rowwise() - fit.mean) * fit.directions;
  const MatrixXd deviations = target.values[tested].rowwise() - rest.mean;
  const double largest = fit.eigenvalues[fit.eigenvalues.size() - 1];
  VectorXd result(penalties.size());
  for (Index i = 0; i < penalties.size(); ++i) {
    // Without anything to predict from the mean is all there is.
    const VectorXd shrunk = largest > 0 ? VectorXd((fit.eigenvalues.array() + penalties[i] * largest).inverse())
                                        : VectorXd(VectorXd::Zero(fit.eigenvalues.size()));
    result[i] = (deviations - scores * (shrunk.asDiagonal() * weights)).squaredNorm();
  }
  return result;
}

FoldRegression::Score FoldRegression::score(const MatrixXd& values, const StopCheck& stop) const {
  Target target;
  for (std::size_t fold = 0; fold < folds_.size(); ++fold) {
    target.values.push_back(values(folds_[fold], Eigen::all));
    target.products.push_back(values_[fold].transpose() * target.values.back());
  }
  Score score;
  for (std::size_t outer = 0; outer < folds_.size(); ++outer) {
    ask(stop);
    VectorXd inside = VectorXd::Zero(kPenalties.size());
    for (std::size_t inner = 0; inner < folds_.size(); ++inner)
      if (inner != outer) inside += errors(target, outer, inner, kPenalties);
    Index best = 0;
    inside.minCoeff(&best);
    score.error += errors(target, outer, outer, kPenalties.segment(best, 1))[0];
    score.total += (target.values[outer].rowwise() - target.without(outer, outer).mean).squaredNorm();
  }
  return score;
}

}  // namespace cohort
