#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/recording.hpp>

#include <string>

namespace cohort {

/// What a network or a brain does on a fixed set of samples: one number per sample and unit.
///
/// A sample is a (condition, time) pair, time fastest within a condition; the order is the same in every network
/// and recording that is compared. Valid after construction: at least two samples, finite, and not constant.
class Representation {
 public:
  /// `values` is [n_samples x n_units] in any unit; `n_conditions` must divide n_samples, 0 means unknown.
  /// `name` is how messages call it (a file, a run). Throws UserError when the values cannot be compared.
  explicit Representation(MatrixXd values, Index n_conditions = 0, std::string name = "representation");

  const MatrixXd& values() const { return values_; }
  const std::string& name() const { return name_; }
  Index n_samples() const { return values_.rows(); }
  Index n_units() const { return values_.cols(); }
  /// 0 when unknown.
  Index n_conditions() const { return n_conditions_; }
  /// Samples per condition; 0 when the conditions are unknown.
  Index n_times() const { return n_conditions_ == 0 ? 0 : n_samples() / n_conditions_; }

  /// True when the constructor would accept `values`: a run whose units are silent or exploded is a result, and
  /// whoever compares many runs leaves it out instead of stopping.
  static bool is_comparable(const MatrixXd& values);

 private:
  MatrixXd values_;
  Index n_conditions_;
  std::string name_;
};

/// What a recording says on its samples. Throws UserError when its values cannot be compared.
Representation representation_of(const Recording& recording);

/// `values` with the mean of each column subtracted.
MatrixXd centred(const MatrixXd& values);

}  // namespace cohort
