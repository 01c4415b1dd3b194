#include <cohort/network/orthogonal.hpp>

#include <cohort/core/decompositions.hpp>

namespace cohort {

Description Orthogonal::description() {
  Description d;
  d.name = "orthogonal";
  d.summary = "a random rotation or reflection, all singular values equal to the gain";
  d.equation = "W = gain · Q, QᵀQ = I";
  d.reference = "Saxe, McClelland & Ganguli 2014, arXiv:1312.6120; Mezzadri 2007, arXiv:math-ph/0609050";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "singular value of W")};
  return d;
}

void Orthogonal::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  const Index n = weights.rows();
  MatrixXd normal(n, n);
  draw_normal(stream, 1, normal);
  const Eigen::HouseholderQR<MatrixXd> qr(normal);
  const MatrixXd q = qr.householderQ();
  const VectorXd signs = qr.matrixQR().diagonal().unaryExpr([](double r) { return r < 0 ? -1.0 : 1.0; });
  weights = gain_ * q * signs.asDiagonal();
}

}  // namespace cohort
