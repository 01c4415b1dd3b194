#include "left_out_sums.hpp"

#include "pairs.hpp"

#include <algorithm>
#include <cmath>

namespace cohort {

double LeftOutSums::cosine() const {
  return std::clamp(product / std::sqrt(x_squared) / std::sqrt(y_squared), -1.0, 1.0);
}

LeftOutSums left_out_sums(const Representation& x, const Representation& y, const ConditionFolds& folds,
                          const AlignedProduct& aligned_product, const StopCheck& stop) {
  expect_same_samples(x.n_samples(), y.n_samples());
  const ScaledMatrix small_x = scaled(x.values()), small_y = scaled(y.values());
  LeftOutSums sums;
  sums.x_exponent = small_x.exponent;
  sums.y_exponent = small_y.exponent;
  for (Index fold = 0; fold < folds.n_folds(); ++fold) {
    ask(stop);
    const std::vector<Index> train = folds.train(fold), test = folds.test(fold);
    const MatrixXd fitted_x = small_x.values(train, Eigen::all), fitted_y = small_y.values(train, Eigen::all);
    const Eigen::RowVectorXd mean_x = fitted_x.colwise().mean(), mean_y = fitted_y.colwise().mean();
    const MatrixXd scored_x = small_x.values(test, Eigen::all).rowwise() - mean_x;
    const MatrixXd scored_y = small_y.values(test, Eigen::all).rowwise() - mean_y;
    sums.product += aligned_product(fitted_x.rowwise() - mean_x, fitted_y.rowwise() - mean_y, scored_x, scored_y);
    sums.x_squared += scored_x.squaredNorm();
    sums.y_squared += scored_y.squaredNorm();
  }
  return sums;
}

}  // namespace cohort
