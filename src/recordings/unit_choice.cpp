#include <cohort/recordings/unit_choice.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace cohort {
namespace {

/// The units that `keep` wants. Throws UserError when there is none.
MatrixXd filtered(const MatrixXd& values, const std::function<bool(const VectorXd&)>& keep, const std::string& why) {
  std::vector<Index> kept;
  for (Index unit = 0; unit < values.cols(); ++unit)
    if (keep(values.col(unit))) kept.push_back(unit);
  if (kept.empty()) throw UserError("no unit is left", why);
  return values(Eigen::all, kept);
}

double deviation(const VectorXd& unit) {
  return std::sqrt((unit.array() - unit.mean()).square().sum() / static_cast<double>(unit.size() - 1));
}

MatrixXd z_scored(const MatrixXd& values) {
  MatrixXd result = filtered(
      values, [](const VectorXd& unit) { return deviation(unit) > 1e-12 * unit.norm(); },
      "none of them changes, so none has a z-score");
  for (Index unit = 0; unit < result.cols(); ++unit) {
    const VectorXd column = result.col(unit);
    result.col(unit) = (column.array() - column.mean()) / deviation(column);
  }
  return result;
}

/// Scores on the first principal components.
MatrixXd components_of(const MatrixXd& values, Index n) {
  const Index most = std::min(values.cols(), values.rows() - 1);
  if (n > most)
    throw UserError(fmt::format("there are no {} components", n),
                    fmt::format("{} samples of {} units have {}", values.rows(), values.cols(), most));
  const MatrixXd centred = values.rowwise() - values.colwise().mean();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(MatrixXd(centred.transpose() * centred));
  MatrixXd loadings = solver.eigenvectors().rowwise().reverse().leftCols(n);
  for (Index i = 0; i < n; ++i) {
    Index largest = 0;
    loadings.col(i).cwiseAbs().maxCoeff(&largest);
    if (loadings(largest, i) < 0) loadings.col(i) *= -1;
  }
  return centred * loadings;
}

}  // namespace

MatrixXd chosen_units(const MatrixXd& values, const UnitChoice& choice) {
  MatrixXd result = values;
  if (choice.minimum_rate > 0)
    result = filtered(
        result, [&](const VectorXd& unit) { return unit.mean() >= choice.minimum_rate; },
        fmt::format("the largest mean is {:g}, below {:g}", values.colwise().mean().maxCoeff(), choice.minimum_rate));
  if (choice.square_root) {
    if (result.minCoeff() < 0)
      throw UserError("there is no square root of activity", fmt::format("it holds {:g}", result.minCoeff()));
    result = result.cwiseSqrt();
  }
  if (choice.soft_normalize)
    for (Index unit = 0; unit < result.cols(); ++unit)
      result.col(unit) /= result.col(unit).maxCoeff() - result.col(unit).minCoeff() + *choice.soft_normalize;
  if (choice.z_score) result = z_scored(result);
  return choice.components > 0 ? components_of(result, choice.components) : result;
}

}  // namespace cohort
