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

struct FoldRegression::Scored {
  MatrixXd scores{};      ///< of the samples along the directions of the fit
  MatrixXd weights{};     ///< of these, before they are shrunk
  MatrixXd deviations{};  ///< of the target from the mean of what was fitted on
  Eigen::RowVectorXd mean{};
};

FoldRegression::Scored FoldRegression::scored(const Target& target, std::size_t outer, std::size_t tested) const {
  const Fit& fit = fits_[place(outer, tested)];
  const Target::Rest rest = target.without(outer, tested);
  return {(values_[tested].rowwise() - fit.mean) * fit.directions,
          fit.directions.transpose() * (rest.products - rest.n * fit.mean.transpose() * rest.mean),
          target.values[tested].rowwise() - rest.mean, rest.mean};
}

VectorXd FoldRegression::shrinkage(std::size_t outer, std::size_t tested, double penalty) const {
  const VectorXd& eigenvalues = fits_[place(outer, tested)].eigenvalues;
  const double largest = eigenvalues[eigenvalues.size() - 1];
  // Without anything to predict from the mean is all there is.
  if (!(largest > 0)) return VectorXd::Zero(eigenvalues.size());
  return (eigenvalues.array() + penalty * largest).inverse();
}

/// Σ |Y − Ŷ|² on fold `tested`, of fits without it and without `outer`, one for each penalty.
VectorXd FoldRegression::errors(const Target& target, std::size_t outer, std::size_t tested,
                                const VectorXd& penalties) const {
  const Scored own = scored(target, outer, tested);
  VectorXd result(penalties.size());
  for (Index i = 0; i < penalties.size(); ++i)
    result[i] = (own.deviations - own.scores * (shrinkage(outer, tested, penalties[i]).asDiagonal() * own.weights))
                    .squaredNorm();
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
    target.products.push_back(values_[fold].transpose() * target.values.back());
  }
  Score score;
  Moments moments(values.cols());
  for (std::size_t outer = 0; outer < folds_.size(); ++outer) {
    ask(stop);
    VectorXd inside = VectorXd::Zero(kPenalties.size());
    for (std::size_t inner = 0; inner < folds_.size(); ++inner)
      if (inner != outer) inside += errors(target, outer, inner, kPenalties);
    Index best = 0;
    inside.minCoeff(&best);
    const Scored own = scored(target, outer, outer);
    const MatrixXd predicted = own.scores * (shrinkage(outer, outer, kPenalties[best]).asDiagonal() * own.weights);
    score.error += (own.deviations - predicted).squaredNorm();
    score.total += own.deviations.squaredNorm();
    moments.add(own.deviations.rowwise() + own.mean, predicted.rowwise() + own.mean);
  }
  score.r2 = moments.r2();
  return score;
}

}  // namespace cohort
