#include <cohort/similarity/permutation.hpp>

#include "left_out_sums.hpp"
#include "pairs.hpp"

#include <cohort/similarity/assignment.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd units{};  ///< centred, of norm 1, [n_samples x n_units]
};

/// What each pair of units is worth, y having no fewer. Nobody needs a partner that would take something away. The
/// smaller side has silent units, which gain nothing.
MatrixXd gain_of(const MatrixXd& x, const MatrixXd& y) {
  const Index n = y.cols();
  MatrixXd gain = MatrixXd::Zero(n, n);
  gain.topRows(x.cols()) = (x.transpose() * y).cwiseMax(0);
  return gain;
}

/// By the matching that is best for what is fitted on, x having no more units than y.
double matched_product(const MatrixXd& fitted_x, const MatrixXd& fitted_y, const MatrixXd& scored_x,
                       const MatrixXd& scored_y) {
  const MatrixXd gain = gain_of(fitted_x, fitted_y);
  const std::vector<Index> partners = best_assignment(-gain);
  double sum = 0;
  for (Index unit = 0; unit < scored_x.cols(); ++unit)
    if (const Index partner = partners[static_cast<std::size_t>(unit)]; gain(unit, partner) > 0)
      sum += scored_x.col(unit).dot(scored_y.col(partner));
  return sum;
}

}  // namespace

Description Permutation::description() {
  Description d;
  d.name = "permutation";
  d.summary = "distance that remains after the best one-to-one matching of units";
  d.equation =
      "c = max_π Σ xᵢ · y_π(i) / (|Xc| |Yc|), columns centred, units may stay unmatched; angular: arccos c, chordal: "
      "√(2 − "
      "2c). Metric, symmetric. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: π/3, 1";
  d.reference = "Williams et al. 2021, arXiv:2110.14739; Khosla & Williams 2024, arXiv:2311.09466";
  d.parameters = {
      ParameterInfo::choice("distance", "angular", {"angular", "chordal"}, "angle in rad, or chord of the angle")};
  return d;
}

Permutation::Permutation(const Parameters& parameters) : is_angular_(parameters.text("distance") == "angular") {
  const std::string cosine = "c = max over matchings of sum x_i . y_pi(i) / (|Xc| |Yc|), columns centred";
  if (is_angular_) {
    set_range(std::numbers::pi / 2, std::numbers::pi / 2, "pi / 2");
    traits_.units = "rad";
    traits_.formula = "arccos(c), " + cosine;
  } else {
    set_range(std::numbers::sqrt2, std::numbers::sqrt2, "sqrt(2)");
    traits_.formula = "sqrt(2 - 2 c), " + cosine;
  }
  traits_.is_metric = true;
  traits_.has_alignment = true;
}

std::unique_ptr<PreparedRepresentation> Permutation::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  prepared->units = centred(scaled(representation.values()).values);
  prepared->units /= prepared->units.norm();
  return prepared;
}

MeasureValue Permutation::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                                  const MeasureContext&) const {
  const auto* x = &dynamic_cast<const Prepared&>(a);
  const auto* y = &dynamic_cast<const Prepared&>(b);
  expect_same_samples(x->units.rows(), y->units.rows());
  if (comes_before(y->units, x->units)) std::swap(x, y);
  if (!comes_before(x->units, y->units)) return {0};
  const MatrixXd gain = gain_of(x->units, y->units);
  const std::vector<Index> partners = best_assignment(-gain);
  double sum = 0;
  for (Index unit = 0; unit < gain.rows(); ++unit) sum += gain(unit, partners[static_cast<std::size_t>(unit)]);
  const double cosine = std::clamp(sum, 0.0, 1.0);
  return {is_angular_ ? std::acos(cosine) : std::sqrt(2 - 2 * cosine)};
}

MeasureValue Permutation::left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                                   const StopCheck& stop) const {
  const bool is_ordered = comes_before(b.values(), a.values());  // fewer units first
  const double cosine = left_out_sums(is_ordered ? b : a, is_ordered ? a : b, folds, matched_product, stop).cosine();
  if (std::isnan(cosine)) return no_value(Comparability::equal_samples);
  return {is_angular_ ? std::acos(cosine) : std::sqrt(2 - 2 * cosine)};
}

double Permutation::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  const auto wide = static_cast<double>(std::max(n_units_a, n_units_b));
  const auto narrow = static_cast<double>(std::min(n_units_a, n_units_b));
  return 2 * static_cast<double>(n_samples) * wide * narrow + 20 * wide * wide * wide;
}

std::size_t Permutation::prepared_bytes(Index n_samples, Index n_units) const {
  return static_cast<std::size_t>(n_samples * n_units) * sizeof(double);
}

}  // namespace cohort
