#include <cohort/dynamics/rich_lazy.hpp>

#include <cohort/core/errors.hpp>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// -1, 0 or 1
int sign(double value) { return (value > 0) - (value < 0); }

}  // namespace

WeightChange weight_change(const Eigen::Ref<const VectorXd>& before, const Eigen::Ref<const VectorXd>& after) {
  expects(before.size() == after.size(), "the same parameters");
  WeightChange change;
  change.absolute = (after - before).norm();
  change.relative = before.isZero(0) ? nan : change.absolute / before.norm();
  Index n_signed = 0, n_turned = 0;
  for (Index i = 0; i < before.size(); ++i) {
    const int product = sign(before[i]) * sign(after[i]);
    n_signed += product != 0;
    n_turned += product < 0;
  }
  change.sign_changes = n_signed == 0 ? nan : static_cast<double>(n_turned) / static_cast<double>(n_signed);
  return change;
}

double kernel_alignment(const MatrixXd& a, const MatrixXd& b) {
  expects(a.rows() == b.rows(), "the same samples");
  double product = 0, a_norm = 0, b_norm = 0;
  if (a.rows() <= std::max(a.cols(), b.cols())) {
    const MatrixXd ka = a * a.transpose(), kb = b * b.transpose();
    product = ka.cwiseProduct(kb).sum(), a_norm = ka.norm(), b_norm = kb.norm();
  } else {  // Tr(A Aᵀ B Bᵀ) = |Aᵀ B|²
    product = (a.transpose() * b).squaredNorm();
    a_norm = (a.transpose() * a).norm(), b_norm = (b.transpose() * b).norm();
  }
  return a_norm > 0 && b_norm > 0 ? product / (a_norm * b_norm) : nan;
}

double sign_similarity(const MatrixXd& a, const MatrixXd& b) {
  expects(a.rows() == b.rows() && a.cols() == b.cols() && a.size() > 0, "two equal matrices");
  Index n_equal = 0;
  for (Index i = 0; i < a.size(); ++i) n_equal += sign(a(i)) == sign(b(i));
  return static_cast<double>(n_equal) / static_cast<double>(a.size());
}

WeightSpectrum weight_spectrum(const MatrixXd& weights) {
  const Eigen::EigenSolver<MatrixXd> solver(weights, false);
  if (solver.info() != Eigen::Success) throw RunError("the eigenvalues of a recurrent matrix do not converge");
  const auto& eigenvalues = solver.eigenvalues();
  const double bulk = weights.norm() / std::sqrt(static_cast<double>(weights.rows()));
  return {eigenvalues.cwiseAbs().maxCoeff(), eigenvalues.real().maxCoeff(),
          static_cast<int>((eigenvalues.cwiseAbs().array() > outlier_factor * bulk).count())};
}

}  // namespace cohort
