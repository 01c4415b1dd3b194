#pragma once

#include <cohort/core/matrix.hpp>

#include <optional>

namespace cohort {

/// What is done to the units of a recording before it is compared, in this order.
struct UnitChoice {
  double minimum_rate = 0;                 ///< units whose mean is below are left out
  bool square_root = false;                ///< of every value, which must not be negative
  std::optional<double> soft_normalize{};  ///< each unit divided by its range plus this (Churchland et al. 2012)
  bool z_score = false;                    ///< each unit: minus its mean, divided by its standard deviation
  Index components = 0;                    ///< principal components that are kept in place of units; 0: the units

  bool is_everything() const {
    return minimum_rate == 0 && !square_root && !soft_normalize && !z_score && components == 0;
  }
};

/// `values` [n_samples x n_units] so treated; columns are units, then scores of principal components (largest first,
/// signed so that the largest loading is positive). A unit that never changes has no z-score and is left out there.
/// Throws UserError when nothing is left, when a root is asked of a negative value, or when there are fewer components.
MatrixXd chosen_units(const MatrixXd& values, const UnitChoice& choice);

}  // namespace cohort
