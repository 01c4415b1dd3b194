#include <cohort/network/orthogonal.hpp>

#include <cohort/core/decompositions.hpp>

#include <algorithm>

namespace cohort {

Description Orthogonal::description() {
  Description d;
  d.name = "orthogonal";
  d.summary = "a random rotation or reflection, all singular values equal to the gain";
  d.equation = "W = gain · Q, QᵀQ = I (QQᵀ = I for more columns than rows)";
  d.reference = "Saxe, McClelland & Ganguli 2014, arXiv:1312.6120; Mezzadri 2007, arXiv:math-ph/0609050";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "singular value of W")};
  return d;
}

void Orthogonal::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  const bool is_wide = weights.rows() < weights.cols();
  const Index n_rows = std::max(weights.rows(), weights.cols()), n_cols = std::min(weights.rows(), weights.cols());
  MatrixXd normal(n_rows, n_cols);
  draw_normal(stream, 1, normal);
  const Eigen::HouseholderQR<MatrixXd> qr(normal);
  const MatrixXd q = MatrixXd(qr.householderQ()).leftCols(n_cols);
  const VectorXd signs = qr.matrixQR().diagonal().unaryExpr([](double r) { return r < 0 ? -1.0 : 1.0; });
  const MatrixXd rotation = gain_ * q * signs.asDiagonal();
  if (is_wide)
    weights = rotation.transpose();
  else
    weights = rotation;
}

}  // namespace cohort
