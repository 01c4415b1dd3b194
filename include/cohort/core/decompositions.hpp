#pragma once

#include <cohort/core/matrix_kernels.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

// Eigen's decompositions of MatrixXd are compiled once (core/decompositions.cpp) and not in every file that takes one
// apart: 20 s of compilation for a BDCSVD, 4 s for eigenvalues. What is given to them must be a MatrixXd, no
// expression.
#define COHORT_DECOMPOSITIONS(PREFIX)                                                                  \
  PREFIX template class HouseholderQR<MatrixXd>;                                                       \
  PREFIX template class PartialPivLU<MatrixXd>;                                                        \
  PREFIX template class JacobiSVD<MatrixXd>;                                                           \
  PREFIX template class BDCSVD<MatrixXd>;                                                              \
  PREFIX template class LDLT<MatrixXd>;                                                                \
  PREFIX template LDLT<MatrixXd>& LDLT<MatrixXd>::compute(const EigenBase<MatrixXd>&);                 \
  PREFIX template class SelfAdjointEigenSolver<MatrixXd>;                                              \
  PREFIX template SelfAdjointEigenSolver<MatrixXd>& SelfAdjointEigenSolver<MatrixXd>::compute(         \
      const EigenBase<MatrixXd>&, int);                                                                \
  PREFIX template class RealSchur<MatrixXd>;                                                           \
  PREFIX template RealSchur<MatrixXd>& RealSchur<MatrixXd>::compute(const EigenBase<MatrixXd>&, bool); \
  PREFIX template class EigenSolver<MatrixXd>;                                                         \
  PREFIX template EigenSolver<MatrixXd>& EigenSolver<MatrixXd>::compute(const EigenBase<MatrixXd>&, bool);

namespace Eigen {
COHORT_DECOMPOSITIONS(extern)
}  // namespace Eigen
