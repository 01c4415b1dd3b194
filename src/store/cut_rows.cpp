#include "cut_rows.hpp"

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace cohort {
namespace {

MatrixXd in_single_precision(const MatrixXd& values) { return values.cast<float>().cast<double>(); }

/// Nothing varies: means alone.
CutRepresentation of_constant(const MatrixXd& values) {
  return {values.colwise().mean().transpose(), MatrixXd(values.rows(), 0), MatrixXd(values.cols(), 0), 0};
}

/// As it can be read from the file: in single precision, and with the rest that this leaves.
std::optional<CutRepresentation> stored_cut(const Matrix<float>& representation, double tolerance, Index most) {
  if (!representation.allFinite()) return std::nullopt;
  const MatrixXd values = representation.cast<double>();
  const MatrixXd deviations = values.rowwise() - values.colwise().mean();
  const double norm = deviations.norm();
  if (norm == 0) return of_constant(values);
  CutRepresentation result = cut(values, tolerance, most);
  result.means = in_single_precision(result.means);
  result.scores = in_single_precision(result.scores);
  result.loadings = in_single_precision(result.loadings);
  result.rest = (deviations - result.scores * result.loadings.transpose()).norm() / norm;
  return result;
}

}  // namespace

CutRows::CutRows(ResultsFile& file, const RunResult& result, std::size_t n_levels) : file_(file) {
  const double tolerance = std::stod(file.attribute(kScores, "tolerance"));
  const auto most = static_cast<Index>(file.extent(kScores)[2]);
  levels_.resize(n_levels);
  for (std::size_t level = 0; level < result.snapshots.size(); ++level) {
    const Snapshot& snapshot = result.snapshots[level];
    if (snapshot.update < 0 || snapshot.representation.size() == 0) continue;
    levels_[level] = stored_cut(snapshot.representation, tolerance, most);
  }
}

std::vector<float> CutRows::numbers(const std::string& dataset) const {
  const Extent extent = file_.extent(dataset);  // run, level[, component], sample or unit
  const std::size_t per_level = volume(extent) / extent[0] / extent[1], width = extent.back();
  std::vector<float> row(levels_.size() * per_level, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (!levels_[level]) continue;
    const MatrixXd& values = dataset == kScores     ? levels_[level]->scores
                             : dataset == kLoadings ? levels_[level]->loadings
                                                    : MatrixXd(levels_[level]->means);
    expects(static_cast<std::size_t>(values.rows()) <= width, "no more values than the file has room for");
    for (Index component = 0; component < values.cols(); ++component)
      std::copy_n(
          values.col(component).data(), values.rows(),
          row.begin() + static_cast<std::ptrdiff_t>(level * per_level + static_cast<std::size_t>(component) * width));
  }
  return row;
}

std::vector<std::int32_t> CutRows::n_components() const {
  std::vector<std::int32_t> row;
  for (const auto& level : levels_) row.push_back(level ? static_cast<std::int32_t>(level->scores.cols()) : -1);
  return row;
}

std::vector<double> CutRows::rest() const {
  std::vector<double> row;
  for (const auto& level : levels_) row.push_back(level ? level->rest : std::numeric_limits<double>::quiet_NaN());
  return row;
}

std::optional<CutRepresentation> read_cut(ResultsFile& file, std::size_t run, std::size_t level) {
  const std::int32_t n_components = file.read<std::int32_t>(kComponents, {run, level}, {1, 1}).front();
  const std::int32_t n_units = file.read<std::int32_t>("/snapshots/n_units", {run}, {1}).front();
  const Extent scores = file.extent(kScores), loadings = file.extent(kLoadings);
  if (n_components < 0 || n_units < 0 || static_cast<std::size_t>(n_components) > scores[2] ||
      static_cast<std::size_t>(n_units) > loadings[3])
    return std::nullopt;
  const auto n = static_cast<std::size_t>(n_components), units = static_cast<std::size_t>(n_units);
  const auto matrix = [&](const char* dataset, std::size_t rows) {
    const auto values = file.read<float>(dataset, {run, level, 0, 0}, {1, 1, n, rows});
    return MatrixXd(
        Eigen::Map<const Matrix<float>>(values.data(), static_cast<Index>(rows), n_components).cast<double>());
  };
  CutRepresentation result;
  const auto means = file.read<float>(kMeans, {run, level, 0}, {1, 1, units});
  result.means = Eigen::Map<const Vector<float>>(means.data(), n_units).cast<double>();
  result.scores = n == 0 ? MatrixXd(static_cast<Index>(scores[3]), 0) : matrix(kScores, scores[3]);
  result.loadings = n == 0 ? MatrixXd(n_units, 0) : matrix(kLoadings, units);
  result.rest = file.read<double>(kRest, {run, level}, {1, 1}).front();
  return result;
}

}  // namespace cohort
