#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/unit_choice.hpp>

#include <vector>

namespace cohort {

/// A UnitChoice as some values made it: which units, ranges, means and axes it found there. Other values of the same
/// units (a mean over half of the trials) are treated by these, not by their own.
class UnitTransform {
 public:
  /// Leaves everything as it is.
  UnitTransform() = default;

  /// `values` [n_samples x n_units]. Throws UserError when nothing is left, when a root is asked of a negative value,
  /// or when there are fewer components.
  UnitTransform(const MatrixXd& values, const UnitChoice& choice);

  /// `values` [n_samples x n_units] so treated. A root of what is negative is NaN.
  MatrixXd operator()(const MatrixXd& values) const;

 private:
  MatrixXd of_units(const MatrixXd& values, const std::vector<Index>& kept) const;
  void learn_z_score(const MatrixXd& values);
  void learn_components(const MatrixXd& values, Index n);

  bool is_identity_ = true, has_root_ = false;
  std::vector<Index> fast_{}, changing_{};  ///< units that are kept; empty: all
  VectorXd ranges_{}, means_{}, deviations_{}, centre_{};
  MatrixXd loadings_{};
};

}  // namespace cohort
