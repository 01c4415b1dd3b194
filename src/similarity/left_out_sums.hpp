#pragma once

#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/condition_folds.hpp>
#include <cohort/similarity/representation.hpp>

#include <functional>

namespace cohort {

/// Sums over folds of what an alignment, fitted on all other folds, does on each. Deviations are from the means of what
/// was fitted on. Of x and y times 2^-exponent, so that squares neither overflow nor vanish.
struct LeftOutSums {
  double product = 0;  ///< Σ ⟨x after alignment, y⟩
  double x_squared = 0, y_squared = 0;
  int x_exponent = 0, y_exponent = 0;

  /// product / (|x| |y|), in [-1, 1]; NaN when one of them does not vary.
  double cosine() const;
};

/// ⟨x after alignment, y⟩ of what is scored, by the alignment of what is fitted on; all four are deviations.
using AlignedProduct = std::function<double(const MatrixXd& fitted_x, const MatrixXd& fitted_y,
                                            const MatrixXd& scored_x, const MatrixXd& scored_y)>;

/// Asks `stop` before each fold. Throws UserError when the two have other samples.
LeftOutSums left_out_sums(const Representation& x, const Representation& y, const ConditionFolds& folds,
                          const AlignedProduct& aligned_product, const StopCheck& stop);

}  // namespace cohort
