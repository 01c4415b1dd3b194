#include <cohort/similarity/dsa.hpp>

#include "pairs.hpp"

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/assignment.hpp>
#include <cohort/similarity/rotation_search.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {
namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd map;
  Eigen::VectorXcd eigenvalues;
};

MatrixXd padded(const MatrixXd& map, Index n) {
  MatrixXd result = MatrixXd::Zero(n, n);
  result.topLeftCorner(map.rows(), map.cols()) = map;
  return result;
}

double angle_between(const MatrixXd& a, const MatrixXd& b, int n_starts, const StopCheck& stop) {
  if (a.norm() == 0 || b.norm() == 0) return a.norm() == b.norm() ? 0 : std::numbers::pi / 2;
  const Index n = std::max(a.rows(), b.rows());
  AlignmentSearch search;
  search.n_starts = n_starts;
  search.stop = stop;
  return best_alignment(padded(a, n), padded(b, n), search).angle;
}

/// W_p between two sets of points, the smaller one padded with zeros.
double wasserstein(const Eigen::VectorXcd& a, const Eigen::VectorXcd& b, double order) {
  const Index n = std::max(a.size(), b.size());
  const auto point = [](const Eigen::VectorXcd& points, Index i) { return i < points.size() ? points[i] : 0.0; };
  MatrixXd cost(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) cost(i, j) = std::pow(std::abs(point(a, i) - point(b, j)), order);
  const std::vector<Index> partner = best_assignment(cost);
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += cost(i, partner[static_cast<std::size_t>(i)]);
  return std::pow(sum / static_cast<double>(n), 1 / order);
}

}  // namespace

Description Dsa::description() {
  Description d;
  d.name = "dsa";
  d.summary = "distance between the linear dynamics of delay embeddings, whatever their coordinates";
  d.equation =
      "A: regression of V_{t+1} on V_t, V the first left singular vectors of the delay embedding; angular: min over C "
      "in O(n) of 2 asin(|A/|A| − C B Cᵀ/|B|| / 2), reported also /π; wasserstein: W_p of the eigenvalues, equal "
      "masses. "
      "Unequal ranks are padded with zeros. Test vector: A = [1 0; 0 0], B = [0 0; 0 1] are turned into each other: 0";
  d.reference = "Ostrow, Eisen, Kozachkov & Fiete 2023, arXiv:2306.10168";
  d.version = 2;  // another order of sums
  d.parameters = {
      ParameterInfo::choice("metric", "angular", {"angular", "wasserstein"}, "of the maps, or of their eigenvalues"),
      ParameterInfo::integer("delays", 3, 1, 1000, "1", "copies of the state in the embedding"),
      ParameterInfo::integer("lag", 1, 1, 1000, "steps", "between the copies"),
      ParameterInfo::integer("rank", 10, 1, 1000, "1", "singular vectors kept"),
      ParameterInfo::number("ridge", 0, 0, 1e6, "1", "of the regression, on orthonormal vectors"),
      ParameterInfo::integer("starts", 20, 0, 100000, "1", "random starts of the search, for each determinant"),
      ParameterInfo::number("order", 2, 1, 10, "1", "p of W_p"),
  };
  return d;
}

Dsa::Dsa(const Parameters& parameters)
    : is_angular_(parameters.text("metric") == "angular"),
      order_(parameters.number("order")),
      n_starts_(static_cast<int>(parameters.integer("starts"))) {
  delays_.delays = parameters.integer("delays");
  delays_.lag = parameters.integer("lag");
  delays_.rank = parameters.integer("rank");
  delays_.ridge = parameters.number("ridge");
  traits_.least_times = delays_.least_times();
  if (is_angular_) {
    traits_.formula =
        "min over orthogonal C of the angle between A and C B C', A and B the maps of the delay embeddings";
    traits_.units = "rad";
    traits_.high = std::numbers::pi;
    traits_.normalization = "value / pi";
  } else {
    traits_.formula =
        fmt::format("W_{:g} of the eigenvalues of the maps of the delay embeddings, equal masses", order_);
  }
}

std::unique_ptr<PreparedRepresentation> Dsa::prepare(const Representation& representation) const {
  const Index n_conditions = std::max<Index>(1, representation.n_conditions());
  check_times(traits_, "dsa", representation.n_samples() / n_conditions);
  auto prepared = std::make_unique<Prepared>();
  prepared->map = delay_dynamics(scaled(representation.values()).values, n_conditions, delays_);
  if (!is_angular_) prepared->eigenvalues = prepared->map.eigenvalues();
  return prepared;
}

MeasureValue Dsa::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                          const MeasureContext& context) const {
  const auto& x = dynamic_cast<const Prepared&>(a);
  const auto& y = dynamic_cast<const Prepared&>(b);
  const bool is_ordered = comes_before(x.map, y.map);
  if (!is_ordered && !comes_before(y.map, x.map)) return {0};
  const Prepared& first = is_ordered ? x : y;
  const Prepared& second = is_ordered ? y : x;
  if (!is_angular_) return {wasserstein(first.eigenvalues, second.eigenvalues, order_)};
  return {angle_between(first.map, second.map, n_starts_, context.stop)};
}

// Said in words by traits().normalization.
double Dsa::normalized(double distance) const { return is_angular_ ? distance / std::numbers::pi : distance; }

double Dsa::comparison_flops(Index, Index, Index) const {
  const auto n = static_cast<double>(delays_.rank);
  // A start takes some hundred products of the size of the maps, small ones, at a tenth of the speed of large ones.
  return is_angular_ ? 25000 * n * n * n * (2 * n_starts_ + 2) : 1000 * n * n * n;
}

std::size_t Dsa::prepared_bytes(Index n_samples, Index n_units) const {
  const Index rank = std::min({delays_.rank, delays_.delays * n_units, n_samples});
  return static_cast<std::size_t>(rank * rank) * sizeof(double);
}

}  // namespace cohort
