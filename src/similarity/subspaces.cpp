#include <cohort/core/decompositions.hpp>
#include "subspaces.hpp"

#include "pairs.hpp"

namespace cohort {

PrincipalParts principal_parts(const Representation& representation) {
  const MatrixXd values = without_redundant_units(centred(scaled(representation.values()).values));
  // The decomposition of the triangle costs less than that of the whole, and loses no digits as XᵀX would.
  const Eigen::HouseholderQR<MatrixXd> qr(values);
  const Index n = values.cols();
  const MatrixXd triangle = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  const Eigen::BDCSVD<MatrixXd> svd(triangle, Eigen::ComputeFullU);
  const VectorXd& all = svd.singularValues();
  const double smallest = static_cast<double>(values.rows()) * representation.precision() * all[0];
  const Index rank = (all.array() > smallest).count();
  MatrixXd scores = MatrixXd::Zero(values.rows(), rank);
  scores.topRows(n) = svd.matrixU().leftCols(rank);
  return {qr.householderQ() * scores, all.head(rank)};
}

bool has_full_rank(const PrincipalParts& parts) { return parts.scores.cols() >= parts.scores.rows() - 1; }

}  // namespace cohort
