#include <cohort/core/decompositions.hpp>
#include "rank_factors.hpp"

namespace cohort {

RankFactors rank_factors(const MatrixXd& full, Index rank) {
  const Eigen::BDCSVD<MatrixXd> svd(full, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const VectorXd kept = svd.singularValues().head(rank);
  const VectorXd root = (kept * (full.norm() / kept.norm())).cwiseSqrt();
  return {svd.matrixU().leftCols(rank) * root.asDiagonal(), svd.matrixV().leftCols(rank) * root.asDiagonal()};
}

}  // namespace cohort
