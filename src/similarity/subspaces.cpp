#include "subspaces.hpp"

#include "pairs.hpp"
#include "thin_svd.hpp"

#include <Eigen/QR>

namespace cohort {

PrincipalParts principal_parts(const Representation& representation) {
  const MatrixXd values = without_redundant_units(centred(scaled(representation.values()).values));
  // The decomposition of the triangle costs less than that of the whole, and loses no digits as XᵀX would.
  const Eigen::HouseholderQR<MatrixXd> qr(values);
  const Index n = values.cols();
  const MatrixXd triangle = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  const ThinSvd svd = thin_svd(triangle);
  const VectorXd& all = svd.values;
  const double smallest = static_cast<double>(values.rows()) * representation.precision() * all[0];
  const Index rank = (all.array() > smallest).count();
  MatrixXd scores = MatrixXd::Zero(values.rows(), rank);
  scores.topRows(n) = svd.left.leftCols(rank);
  return {qr.householderQ() * scores, all.head(rank)};
}

bool has_full_rank(const PrincipalParts& parts) { return parts.scores.cols() >= parts.scores.rows() - 1; }

}  // namespace cohort
