#include <cohort/recordings/unit_transform.hpp>

#include <cohort/core/errors.hpp>

#include <Eigen/Eigenvalues>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

namespace cohort {
namespace {

/// The units that `keep` wants. Throws UserError when there is none.
std::vector<Index> filtered(const MatrixXd& values, const std::function<bool(const VectorXd&)>& keep,
                            const std::string& why) {
  std::vector<Index> kept;
  for (Index unit = 0; unit < values.cols(); ++unit)
    if (keep(values.col(unit))) kept.push_back(unit);
  if (kept.empty()) throw UserError("no unit is left", why);
  return kept;
}

double deviation(const VectorXd& unit) {
  return std::sqrt((unit.array() - unit.mean()).square().sum() / static_cast<double>(unit.size() - 1));
}

}  // namespace

UnitTransform::UnitTransform(const MatrixXd& values, const UnitChoice& choice) : is_identity_(choice.is_everything()) {
  MatrixXd result = values;
  if (choice.minimum_rate > 0) {
    fast_ = filtered(
        result, [&](const VectorXd& unit) { return unit.mean() >= choice.minimum_rate; },
        fmt::format("the largest mean is {:g}, below {:g}", values.colwise().mean().maxCoeff(), choice.minimum_rate));
    result = of_units(result, fast_);
  }
  has_root_ = choice.square_root;
  if (has_root_) {
    if (result.minCoeff() < 0)
      throw UserError("there is no square root of activity", fmt::format("it holds {:g}", result.minCoeff()));
    result = result.cwiseSqrt();
  }
  if (choice.soft_normalize) {
    ranges_.resize(result.cols());
    for (Index unit = 0; unit < result.cols(); ++unit) {
      ranges_[unit] = result.col(unit).maxCoeff() - result.col(unit).minCoeff() + *choice.soft_normalize;
      result.col(unit) /= ranges_[unit];
    }
  }
  if (choice.z_score) {
    learn_z_score(result);
    result = of_units(result, changing_);
    for (Index unit = 0; unit < result.cols(); ++unit)
      result.col(unit) = (result.col(unit).array() - means_[unit]) / deviations_[unit];
  }
  if (choice.components > 0) learn_components(result, choice.components);
}

MatrixXd UnitTransform::of_units(const MatrixXd& values, const std::vector<Index>& kept) const {
  return kept.empty() ? values : values(Eigen::all, kept).eval();
}

void UnitTransform::learn_z_score(const MatrixXd& values) {
  changing_ = filtered(
      values, [](const VectorXd& unit) { return deviation(unit) > 1e-12 * unit.norm(); },
      "none of them changes, so none has a z-score");
  const auto n = static_cast<Index>(changing_.size());
  means_.resize(n);
  deviations_.resize(n);
  for (Index unit = 0; unit < n; ++unit) {
    const VectorXd column = values.col(changing_[static_cast<std::size_t>(unit)]);
    means_[unit] = column.mean();
    deviations_[unit] = deviation(column);
  }
}

/// Axes of the first principal components.
void UnitTransform::learn_components(const MatrixXd& values, Index n) {
  const Index most = std::min(values.cols(), values.rows() - 1);
  if (n > most)
    throw UserError(fmt::format("there are no {} components", n),
                    fmt::format("{} samples of {} units have {}", values.rows(), values.cols(), most));
  centre_ = values.colwise().mean().transpose();
  const MatrixXd centred = values.rowwise() - centre_.transpose();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(centred.transpose() * centred);
  loadings_ = solver.eigenvectors().rowwise().reverse().leftCols(n);
  for (Index i = 0; i < n; ++i) {
    Index largest = 0;
    loadings_.col(i).cwiseAbs().maxCoeff(&largest);
    if (loadings_(largest, i) < 0) loadings_.col(i) *= -1;
  }
}

MatrixXd UnitTransform::operator()(const MatrixXd& values) const {
  if (is_identity_) return values;
  MatrixXd result = of_units(values, fast_);
  if (has_root_) result = result.cwiseSqrt();
  for (Index unit = 0; unit < ranges_.size(); ++unit) result.col(unit) /= ranges_[unit];
  result = of_units(result, changing_);
  for (Index unit = 0; unit < means_.size(); ++unit)
    result.col(unit) = (result.col(unit).array() - means_[unit]) / deviations_[unit];
  if (loadings_.size() == 0) return result;
  const MatrixXd centred = result.rowwise() - centre_.transpose();
  return centred * loadings_;
}

}  // namespace cohort
