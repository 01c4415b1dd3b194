#pragma once

#include <cohort/core/matrix.hpp>

#include <vector>

namespace cohort {

/// How far training moved some parameters.
struct WeightChange {
  double absolute = 0;      ///< |w - w0|
  double relative = 0;      ///< |w - w0| / |w0|; NaN when all were zero
  double sign_changes = 0;  ///< share of those that are not zero before and after whose sign turned; NaN for none
};

/// `before` and `after` are of one size, in the same order.
WeightChange weight_change(const Eigen::Ref<const VectorXd>& before, const Eigen::Ref<const VectorXd>& after);

/// Tr(K_a K_b) / (|K_a| |K_b|) with K = A Aᵀ over the rows (samples) of A and B, which may have different numbers of
/// columns; not centred (Liu et al. 2023, arXiv:2310.08513): centred columns make it linear CKA, another number. 1 for
/// equal kernels, NaN for one that is zero. Of representations [n_samples x n_units] it says how much of their geometry
/// training kept; of the derivatives of outputs by parameters [n_samples x n_parameters] it is the alignment of the
/// tangent kernels: near 1 in lazy learning.
double kernel_alignment(const MatrixXd& a, const MatrixXd& b);

/// Share of the entries of two equal matrices that have the same sign, zero being one of three.
double sign_similarity(const MatrixXd& a, const MatrixXd& b);

/// What the eigenvalues of a recurrent matrix say.
struct WeightSpectrum {
  double radius = 0;        ///< largest modulus
  double largest_real = 0;  ///< largest real part
  int n_outliers = 0;       ///< of modulus above `outlier_factor` times |W| / √N
};

/// Eigenvalues of independent entries fill a disk of radius |W| / √N (Frobenius norm; Girko's circular law); those well
/// outside it are structure.
inline constexpr double outlier_factor = 1.2;

/// Throws RunError when the eigenvalues do not converge.
WeightSpectrum weight_spectrum(const MatrixXd& weights);

}  // namespace cohort
