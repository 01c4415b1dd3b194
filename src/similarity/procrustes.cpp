#include <cohort/similarity/procrustes.hpp>

#include "left_out_sums.hpp"
#include "pairs.hpp"

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/nuclear_norm.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd shape;  ///< centred, of norm 1, [n_samples x min(n_units, n_samples)]
  double size;     ///< the norm that was divided out, times 2^-exponent
  int exponent;    ///< of the values: their squares may be larger or smaller than any number
};

// cos of the angle after the best rotation, in [0, 1].
double shape_cosine(const MatrixXd& a, const MatrixXd& b) {
  const bool is_ordered = comes_before(b, a);
  if (!is_ordered && !comes_before(a, b)) return 1;
  const MatrixXd& wide = is_ordered ? a : b;
  const MatrixXd& narrow = is_ordered ? b : a;
  return std::clamp(nuclear_norm(wide.transpose() * narrow), 0.0, 1.0);
}

ProcrustesDistance distance_named(const std::string& name) {
  if (name == "angular") return ProcrustesDistance::angular;
  return name == "euclidean" ? ProcrustesDistance::euclidean : ProcrustesDistance::chordal;
}

}  // namespace

Description Procrustes::description() {
  Description d;
  d.name = "procrustes";
  d.summary = "distance that remains after the best rotation of one representation onto the other";
  d.equation =
      "c = nuc(XcᵀYc) / (|Xc| |Yc|), columns centred, nuc = sum of singular values; angular: arccos c, reported also "
      "/(π/2); euclidean: √(|Xc|² + |Yc|² − 2 nuc); chordal: √(2 − 2c). "
      "Test vector: X = [1; −1; 0], Y = [1; 0; −1]: π/3, √2, 1";
  d.reference = "Schönemann 1966, doi:10.1007/BF02289451; Williams et al. 2021, arXiv:2110.14739";
  d.parameters = {ParameterInfo::choice("distance", "angular", {"angular", "euclidean", "chordal"},
                                        "angle in rad, distance in the unit of the responses, or chord of the angle")};
  return d;
}

Procrustes::Procrustes(const Parameters& parameters) : distance_(distance_named(parameters.text("distance"))) {
  traits_.is_metric = true;
  traits_.has_alignment = true;
  traits_.formula = "arccos(c), c = nuc(Xc' Yc) / (|Xc| |Yc|), columns centred, nuc = sum of singular values";
  if (distance_ == ProcrustesDistance::angular) {
    traits_.units = "rad";
    traits_.high = std::numbers::pi / 2;
    traits_.normalization = "value / (pi / 2)";
  } else if (distance_ == ProcrustesDistance::chordal) {
    traits_.formula = "sqrt(2 - 2 c), c = nuc(Xc' Yc) / (|Xc| |Yc|), columns centred, nuc = sum of singular values";
    traits_.high = std::numbers::sqrt2;
    traits_.normalization = "value / sqrt(2)";
  } else {
    traits_.is_in_units_of_data = true;
    traits_.formula = "sqrt(|Xc|^2 + |Yc|^2 - 2 nuc(Xc' Yc)), columns centred, nuc = sum of singular values";
  }
}

std::unique_ptr<PreparedRepresentation> Procrustes::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  ScaledMatrix small = scaled(representation.values());
  prepared->exponent = small.exponent;
  prepared->shape = without_redundant_units(centred(small.values));
  prepared->size = prepared->shape.norm();
  prepared->shape /= prepared->size;
  return prepared;
}

MeasureValue Procrustes::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                                 const MeasureContext&) const {
  const auto& x = dynamic_cast<const Prepared&>(a);
  const auto& y = dynamic_cast<const Prepared&>(b);
  expect_same_samples(x.shape.rows(), y.shape.rows());
  const double cosine = shape_cosine(x.shape, y.shape);
  if (distance_ == ProcrustesDistance::angular) return {std::acos(cosine)};
  const double squared_chord = 2 - 2 * cosine;
  if (distance_ == ProcrustesDistance::chordal) return {std::sqrt(squared_chord)};
  const int exponent = std::max(x.exponent, y.exponent);
  const double x_size = std::ldexp(x.size, x.exponent - exponent), y_size = std::ldexp(y.size, y.exponent - exponent);
  const double difference = x_size - y_size;
  return {std::ldexp(std::sqrt(difference * difference + x_size * y_size * squared_chord), exponent)};
}

namespace {

/// By the rotation that is best for what is fitted on. Directions that do not vary there have none, and count nothing.
double rotated_product(const MatrixXd& fitted_x, const MatrixXd& fitted_y, const MatrixXd& scored_x,
                       const MatrixXd& scored_y) {
  const Eigen::BDCSVD<MatrixXd> svd(MatrixXd(fitted_x.transpose() * fitted_y), Eigen::ComputeThinU | Eigen::ComputeThinV);
  const VectorXd& values = svd.singularValues();
  Index rank = 0;
  while (rank < values.size() && values[rank] > 1e-12 * values[0]) ++rank;
  return (scored_x * svd.matrixU().leftCols(rank)).cwiseProduct(scored_y * svd.matrixV().leftCols(rank)).sum();
}

}  // namespace

MeasureValue Procrustes::left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                                  const StopCheck& stop) const {
  const bool is_ordered = comes_before(b.values(), a.values());  // the same bits for (a, b) and (b, a)
  const LeftOutSums sums = left_out_sums(is_ordered ? b : a, is_ordered ? a : b, folds, rotated_product, stop);
  const double cosine = sums.cosine();
  if (std::isnan(cosine)) return no_value(Comparability::equal_samples);
  if (distance_ == ProcrustesDistance::angular) return {std::acos(cosine)};
  const double squared_chord = 2 - 2 * cosine;
  if (distance_ == ProcrustesDistance::chordal) return {std::sqrt(squared_chord)};
  const int exponent = std::max(sums.x_exponent, sums.y_exponent);
  const double x_size = std::ldexp(std::sqrt(sums.x_squared), sums.x_exponent - exponent);
  const double y_size = std::ldexp(std::sqrt(sums.y_squared), sums.y_exponent - exponent);
  return {std::ldexp(std::hypot(x_size - y_size, std::sqrt(x_size * y_size * squared_chord)), exponent)};
}

// Said in words by traits().normalization.
double Procrustes::normalized(double distance) const {
  switch (distance_) {
    case ProcrustesDistance::angular:
      return distance / (std::numbers::pi / 2);
    case ProcrustesDistance::chordal:
      return distance / std::numbers::sqrt2;
    case ProcrustesDistance::euclidean:
      return distance;
  }
  throw InternalError("unknown Procrustes distance");
}

double Procrustes::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  return nuclear_norm_flops(n_samples, n_units_a, n_units_b);
}

std::size_t Procrustes::prepared_bytes(Index n_samples, Index n_units) const {
  return static_cast<std::size_t>(n_samples * std::min(n_samples, n_units)) * sizeof(double);
}

}  // namespace cohort
