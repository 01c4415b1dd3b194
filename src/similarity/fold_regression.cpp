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
  std::vector<MatrixXd> values{};          ///< of each fold
  std::vector<Eigen::RowVectorXd> sums{};  ///< over the samples of each fold
  std::vector<MatrixXd> products{};        ///< XᵀY of each fold
};

/// What the folds that a fit was made on say of the target.
struct FoldRegression::Rest {
  Eigen::RowVectorXd mean{};
  MatrixXd weights{};  ///< of the scores along the directions of the fit, before they are shrunk
};

FoldRegression::FoldRegression(MatrixXd values, std::vector<std::vector<Index>> folds) : folds_(std::move(folds)) {
  expects(folds_.size() >= 3, "folds to fit on, to choose by and to score");
  for (const auto& samples : folds_) {
    values_.push_back(values(samples, Eigen::all));
    sums_.emplace_back(values_.back().colwise().sum());
  }
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
  fit.squares.push_back(squares_of_scores(fit, outer));
  if (inner != outer) fit.squares.push_back(squares_of_scores(fit, inner));
  return fit;
}

/// SᵀS, S the scores of a fold along the directions of a fit.
MatrixXd FoldRegression::squares_of_scores(const Fit& fit, std::size_t fold) const {
  const MatrixXd scores = (values_[fold].rowwise() - fit.mean) * fit.directions;
  return scores.transpose() * scores;
}

FoldRegression::Rest FoldRegression::rest_of(const Target& target, std::size_t outer, std::size_t inner) const {
  const Fit& fit = fits_[place(outer, inner)];
  Rest rest{Eigen::RowVectorXd::Zero(target.values[0].cols())};
  MatrixXd products = MatrixXd::Zero(fit.directions.rows(), target.values[0].cols());
  double n = 0;
  for (std::size_t fold = 0; fold < folds_.size(); ++fold) {
    if (fold == outer || fold == inner) continue;
    n += static_cast<double>(folds_[fold].size());
    rest.mean += target.sums[fold];
    products += target.products[fold];
  }
  rest.mean /= n;
  products.noalias() -= n * fit.mean.transpose() * rest.mean;
  rest.weights.noalias() = fit.directions.transpose() * products;
  return rest;
}

VectorXd FoldRegression::shrinkage(const Fit& fit, double penalty) {
  const double largest = fit.eigenvalues[fit.eigenvalues.size() - 1];
  // Without anything to predict from the mean is all there is.
  if (!(largest > 0)) return VectorXd::Zero(fit.eigenvalues.size());
  return (fit.eigenvalues.array() + penalty * largest).inverse();
}

/// Σ |Y − Ŷ|² on fold `tested` for each penalty, from sums of products: |Y|² − 2 Σₖ sₖ (SᵀY Wᵀ)ₖₖ + sᵀ(SᵀS ∘ WWᵀ)s,
/// with the scores S, the weights W and what is left of each, s. No penalty takes a product over samples of its own.
VectorXd FoldRegression::errors(const Target& target, const Fit& fit, const Rest& rest, std::size_t tested,
                                const MatrixXd& weighted_squares) const {
  const auto n = static_cast<double>(folds_[tested].size());
  const Eigen::RowVectorXd deviation = target.sums[tested] - n * rest.mean;
  const double total =
      target.values[tested].squaredNorm() - 2 * target.sums[tested].dot(rest.mean) + n * rest.mean.squaredNorm();
  MatrixXd products = target.products[tested];
  products.noalias() -= sums_[tested].transpose() * rest.mean;
  products.noalias() -= fit.mean.transpose() * deviation;
  const MatrixXd along = fit.directions.transpose() * products;
  const VectorXd agreement = along.cwiseProduct(rest.weights).rowwise().sum();
  VectorXd result(kPenalties.size());
  for (Index i = 0; i < result.size(); ++i) {
    const VectorXd left = shrinkage(fit, kPenalties[i]);
    result[i] = total - 2 * left.dot(agreement) + left.dot(weighted_squares * left);
  }
  return result;
}

/// Errors inside each fit on all folds but one, [fold left out, penalty]. A fit without two folds serves both orders.
MatrixXd FoldRegression::inside_errors(const Target& target, const StopCheck& stop) const {
  MatrixXd result = MatrixXd::Zero(static_cast<Index>(folds_.size()), kPenalties.size());
  for (std::size_t outer = 0; outer < folds_.size(); ++outer) {
    ask(stop);
    for (std::size_t inner = outer + 1; inner < folds_.size(); ++inner) {
      const Fit& fit = fits_[place(outer, inner)];
      const Rest rest = rest_of(target, outer, inner);
      const MatrixXd squares = rest.weights * rest.weights.transpose();
      result.row(static_cast<Index>(outer)) +=
          errors(target, fit, rest, inner, fit.squares[1].cwiseProduct(squares)).transpose();
      result.row(static_cast<Index>(inner)) +=
          errors(target, fit, rest, outer, fit.squares[0].cwiseProduct(squares)).transpose();
    }
  }
  return result;
}

namespace {

/// Sums over samples, per target, from which correlations come.
struct Moments {
  Eigen::ArrayXd y, z, yy, zz, yz;
  double n = 0;

  explicit Moments(Index n_targets) : y(Eigen::ArrayXd::Zero(n_targets)), z(y), yy(y), zz(y), yz(y) {}

  void add(const MatrixXd& target, const MatrixXd& predicted) {
    n += static_cast<double>(target.rows());
    y += target.colwise().sum().transpose().array();
    z += predicted.colwise().sum().transpose().array();
    yy += target.colwise().squaredNorm().transpose().array();
    zz += predicted.colwise().squaredNorm().transpose().array();
    yz += target.cwiseProduct(predicted).colwise().sum().transpose().array();
  }

  VectorXd r2() const {
    const Eigen::ArrayXd covariance = yz - y * z / n, y_spread = yy - y * y / n, z_spread = zz - z * z / n;
    const auto varies = y_spread > 1e-12 * yy && z_spread > 1e-12 * zz;
    return varies.select(covariance.square() / (y_spread * z_spread), 0.0).min(1.0).matrix();
  }
};

}  // namespace

FoldRegression::Score FoldRegression::score(const MatrixXd& values, const StopCheck& stop) const {
  Target target;
  for (std::size_t fold = 0; fold < folds_.size(); ++fold) {
    target.values.push_back(values(folds_[fold], Eigen::all));
    target.sums.emplace_back(target.values.back().colwise().sum());
    target.products.push_back(values_[fold].transpose() * target.values.back());
  }
  const MatrixXd inside = inside_errors(target, stop);
  Score score;
  Moments moments(values.cols());
  for (std::size_t outer = 0; outer < folds_.size(); ++outer) {
    Index best = 0;
    inside.row(static_cast<Index>(outer)).minCoeff(&best);
    const Fit& fit = fits_[place(outer, outer)];
    const Rest rest = rest_of(target, outer, outer);
    const MatrixXd weights = fit.directions * (shrinkage(fit, kPenalties[best]).asDiagonal() * rest.weights);
    const MatrixXd predicted = (values_[outer].rowwise() - fit.mean) * weights;
    const MatrixXd deviations = target.values[outer].rowwise() - rest.mean;
    score.error += (deviations - predicted).squaredNorm();
    score.total += deviations.squaredNorm();
    moments.add(target.values[outer], predicted.rowwise() + rest.mean);
  }
  score.r2 = moments.r2();
  return score;
}

}  // namespace cohort
