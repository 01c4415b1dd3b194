#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/comparability.hpp>

#include <limits>
#include <string>

namespace cohort {

/// What a network or a brain does on a fixed set of samples: one number per sample and unit.
///
/// A sample is a (condition, time) pair, time fastest within a condition; the order is the same in every network
/// and recording that is compared. Valid after construction: at least two samples, finite, and not constant.
///
/// What varies is decided beside the data's own size, never beside zero: with s the norm of the values, d the norm of
/// their deviations from each unit's mean, and e the spacing of numbers near 1 in the type that was stored, the values
/// are constant when d <= max(1e-12, 16 e) s. The same holds at any scale from 1e-300 to 1e300.
class Representation {
 public:
  /// `values` is [n_samples x n_units] in any unit; `n_conditions` must divide n_samples, 0 means unknown.
  /// `name` is how messages call it (a file, a run), `precision` is e above. An offset a million times what varies is
  /// taken off: it would cost every later sum its digits, and no measure depends on it. Throws UserError when the
  /// values cannot be compared.
  explicit Representation(MatrixXd values, Index n_conditions = 0, std::string name = "representation",
                          double precision = std::numeric_limits<double>::epsilon());

  const MatrixXd& values() const { return values_; }
  const std::string& name() const { return name_; }
  Index n_samples() const { return values_.rows(); }
  Index n_units() const { return values_.cols(); }
  /// 0 when unknown.
  Index n_conditions() const { return n_conditions_; }
  /// Samples per condition; 0 when the conditions are unknown.
  Index n_times() const { return n_conditions_ == 0 ? 0 : n_samples() / n_conditions_; }
  double precision() const { return precision_; }

  /// A part of the values (some of the units, a mean over conditions) whose deviations have a norm below this varies
  /// by rounding alone: max(1e-6, 8 e) d, or what makes the whole constant. A millionth, because data are often
  /// centred in single precision and stored in double.
  double smallest_part() const { return smallest_part_; }

  /// Whether the constructor would accept `values`: a run whose units are silent or exploded is a result, and whoever
  /// compares many runs leaves it out instead of stopping.
  static Comparability comparability(const MatrixXd& values, double precision = std::numeric_limits<double>::epsilon());
  static bool is_comparable(const MatrixXd& values) { return comparability(values) == Comparability::comparable; }

 private:
  MatrixXd values_;
  Index n_conditions_;
  std::string name_;
  double precision_, smallest_part_ = 0;
};

/// What a recording says on its samples. Throws UserError when its values cannot be compared.
Representation representation_of(const Recording& recording);

/// `values` with the mean of each column subtracted.
MatrixXd centred(const MatrixXd& values);

/// `values` · 2^-exponent with the largest entry in [1/2, 1): no digit changes, and sums of squares neither overflow
/// nor vanish.
struct ScaledMatrix {
  MatrixXd values;
  int exponent = 0;
};
ScaledMatrix scaled(MatrixXd values);

/// Norm of the deviations from each column's mean, at any scale.
double deviation_norm(const MatrixXd& values);

}  // namespace cohort
