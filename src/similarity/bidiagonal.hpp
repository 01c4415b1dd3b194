#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort {

/// A bidiagonal matrix: main diagonal [n] and the diagonal above it [n - 1].
struct Bidiagonal {
  VectorXd diagonal, above;
};

/// One with the singular values of `tall` [n_rows x n_cols], n_rows >= n_cols, whose entries are overwritten.
///
/// Householder reflections from both sides, a panel at a time (Dongarra, Hammarling & Sorensen 1989,
/// doi:10.1016/0377-0427(89)90367-1), where every step reads what is left of the matrix once: a column that was
/// multiplied by the left vector is multiplied by its entry of the right one while it is still in the first-level cache
/// (Howell et al. 2008, doi:10.1145/1356052.1356055). Backward stable.
Bidiagonal bidiagonalized(PaddedMatrix<double>& tall);

/// Sum of the singular values of B, to a few epsilons of itself; B must be of norm about 1.
///
/// With T = BᵀB it is the trace of √T, and √x = 2/π ∫ x eᵘ / (x + e²ᵘ) du. The trapezoidal rule needs some 160 nodes
/// for all digits, whatever T (Hale, Higham & Trefethen 2008, doi:10.1137/070700607), and the trace at one node is a
/// sum of positive terms that pivots of T + s give in O(n): n² rotations are not needed, and nothing cancels.
double singular_value_sum(const Bidiagonal& matrix);

}  // namespace cohort
