#include <cohort/core/errors.hpp>
#include <cohort/similarity/representation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {

namespace {

/// Norms of values that were scaled: of all of them, and of what varies.
struct Sizes {
  double all, varying;
};

Sizes sizes_of(const MatrixXd& values) {
  if (values.size() == 0) return {0, 0};
  return {values.norm(), centred(values).norm()};
}

/// A spread below this part of the values themselves is rounding, not signal.
double smallest_spread(double precision) { return std::max(1e-12, 16 * precision); }

Comparability comparability_of(const MatrixXd& values, const Sizes& sizes, double precision) {
  if (values.rows() < 2 || values.cols() < 1) return Comparability::too_small;
  if (!values.allFinite()) return Comparability::not_finite;
  return sizes.varying > smallest_spread(precision) * sizes.all ? Comparability::comparable : Comparability::constant;
}

[[noreturn]] void refuse(const MatrixXd& values, const std::string& name, Comparability comparability) {
  const std::string problem = fmt::format("{} cannot be compared", name);
  if (comparability == Comparability::too_small)
    throw UserError(problem, fmt::format("it has {} samples of {} units", values.rows(), values.cols()),
                    "At least 2 samples of 1 unit are needed.");
  throw UserError(problem, reason_of(comparability),
                  comparability == Comparability::not_finite
                      ? "Remove or fill the missing samples in every recording alike."
                      : "Check that the right array was given, and without a large offset.");
}

}  // namespace

MatrixXd centred(const MatrixXd& values) { return values.rowwise() - values.colwise().mean(); }

ScaledMatrix scaled(MatrixXd values) {
  const double largest = values.size() == 0 ? 0 : values.cwiseAbs().maxCoeff();
  if (!(largest > 0) || !std::isfinite(largest)) return {std::move(values), 0};
  ScaledMatrix result{std::move(values), 0};
  std::frexp(largest, &result.exponent);
  // In two steps: 2^-exponent alone may overflow for the smallest numbers.
  const int half = result.exponent / 2;
  result.values *= std::ldexp(1.0, -half);
  result.values *= std::ldexp(1.0, half - result.exponent);
  return result;
}

double deviation_norm(const MatrixXd& values) {
  const ScaledMatrix small = scaled(values);
  return std::ldexp(centred(small.values).norm(), small.exponent);
}

Representation::Representation(MatrixXd values, Index n_conditions, std::string name, double precision)
    : values_(std::move(values)), n_conditions_(n_conditions), name_(std::move(name)), precision_(precision) {
  if (n_conditions_ < 0 || (n_conditions_ > 0 && n_samples() % n_conditions_ != 0))
    throw UserError(fmt::format("{} samples of {} cannot be cut into {} conditions", n_samples(), name_, n_conditions_),
                    "every condition must have the same number of times");
  const auto [small, exponent] = scaled(values_);
  const Sizes sizes = sizes_of(small);
  const Comparability comparability = comparability_of(small, sizes, precision_);
  if (comparability != Comparability::comparable) refuse(values_, name_, comparability);
  const double part = std::max(std::max(1e-6, 8 * precision_) * sizes.varying, smallest_spread(precision_) * sizes.all);
  smallest_part_ = std::ldexp(part, exponent);
  constexpr double large_offset = 1e6;
  if (sizes.all > large_offset * sizes.varying) {
    // Twice: the mean of large numbers is itself rounded.
    values_ = centred(centred(small));
    values_ *= std::ldexp(1.0, exponent);
  }
}

Comparability Representation::comparability(const MatrixXd& values, double precision) {
  const MatrixXd small = scaled(values).values;
  return comparability_of(small, sizes_of(small), precision);
}

Representation representation_of(const Recording& recording) {
  return Representation(recording.values, recording.n_conditions, recording.source, recording.precision);
}

}  // namespace cohort
