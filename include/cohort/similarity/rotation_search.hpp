#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>

namespace cohort {

/// The rotation or reflection C that turns one linear map best onto another.
struct MapAlignment {
  MatrixXd rotation;  ///< C [n x n], orthogonal
  double angle = 0;   ///< between A and C B Cᵀ, rad: 2 asin(|A/|A| − C B Cᵀ/|B|| / 2), exact where arccos is not
};

/// How hard it is searched: maxima that are not the best remain.
struct AlignmentSearch {
  int n_starts = 20;  ///< random ones, for each determinant, beside the spectral ones
  RandomStream stream{"map alignment", "", 0};
  StopCheck stop{};
};

/// Largest tr(Aᵀ C B Cᵀ) over the orthogonal group, `a` and `b` [n x n] and not zero.
///
/// On the traceless parts, which have the same maxima and are far better conditioned: a second-order ascent (truncated
/// Newton in a trust region, Steihaug 1983) in C exp(Ω), Ω antisymmetric, from spectral and from random starts with
/// both determinants. A spectral start pairs the eigenvectors of the symmetric parts in order, with the signs that the
/// antisymmetric parts ask for; where B is A turned, that is the answer already.
MapAlignment best_alignment(const MatrixXd& a, const MatrixXd& b, const AlignmentSearch& search = {});

}  // namespace cohort
