#include <cohort/similarity/delay_dynamics.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/random_stream.hpp>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kNothing = 1e-7;  // of the largest singular value: squares of smaller ones are rounding

MatrixXd orthonormal(const MatrixXd& columns) {
  const Eigen::HouseholderQR<MatrixXd> qr(columns);
  return qr.householderQ() * MatrixXd::Identity(columns.rows(), columns.cols());
}

/// Leading eigenvectors of a Gram matrix [n x at most `most`], as many as stand out of rounding.
MatrixXd leading_vectors(const MatrixXd& gram, Index most) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(gram);
  const VectorXd values = solver.eigenvalues().reverse();
  Index rank = 0;
  while (rank < std::min(most, values.size()) && values[rank] > kNothing * kNothing * values[0]) ++rank;
  return solver.eigenvectors().rowwise().reverse().leftCols(rank);
}

/// Orthonormal columns that span the first `most` left singular vectors of `h`, when both sides of it are long: a block
/// of vectors is multiplied until its space stands still, then turned to its singular vectors.
MatrixXd iterated_space(const MatrixXd& h, Index most) {
  constexpr Index spare = 10;
  constexpr int most_rounds = 300;
  constexpr double still = 1e-13;
  RandomStream stream("delay dynamics", "block", 0);
  MatrixXd block(h.rows(), std::min<Index>(most + spare, std::min(h.rows(), h.cols())));
  for (Index i = 0; i < block.size(); ++i) block.data()[i] = stream.normal();
  block = orthonormal(block);
  for (int round = 0; round < most_rounds; ++round) {
    const MatrixXd next = orthonormal(h * (h.transpose() * block));
    const MatrixXd ritz = h.transpose() * next;
    const MatrixXd turned = next * leading_vectors(ritz.transpose() * ritz, most);
    const double moved = (turned - block * (block.transpose() * turned)).norm();
    block = next;
    if (moved < still) return turned;
  }
  const MatrixXd ritz = h.transpose() * block;
  return block * leading_vectors(ritz.transpose() * ritz, most);
}

/// Orthonormal columns that span the first left singular vectors of `h`, `most` or as many as there are.
MatrixXd leading_space(const MatrixXd& h, Index most) {
  constexpr Index small = 600;  // above, all eigenvectors of the Gram matrix take longer than a block of them
  if (std::min(h.rows(), h.cols()) > small) return iterated_space(h, most);
  MatrixXd space;
  if (h.cols() <= h.rows())
    space = orthonormal(h * leading_vectors(h.transpose() * h, most));
  else
    space = leading_vectors(h * h.transpose(), most);
  // The Gram matrix has squared what rounding did; each product divides it by the gap of the singular values.
  for (int round = 0; round < 2; ++round) space = orthonormal(h * (h.transpose() * space));
  return space;
}

}  // namespace

MatrixXd delay_embedding(const MatrixXd& values, Index n_conditions, const DelayOptions& options) {
  const Index n_times = values.rows() / n_conditions, n_units = values.cols();
  const Index first = (options.delays - 1) * options.lag, n_rows = n_times - first;
  expects(n_rows >= 1, "trials longer than the delays");
  MatrixXd embedding(n_conditions * n_rows, options.delays * n_units);
  for (Index condition = 0; condition < n_conditions; ++condition)
    for (Index delay = 0; delay < options.delays; ++delay)
      embedding.block(condition * n_rows, delay * n_units, n_rows, n_units) =
          values.middleRows(condition * n_times + first - delay * options.lag, n_rows);
  return embedding;
}

MatrixXd delay_dynamics(const MatrixXd& values, Index n_conditions, const DelayOptions& options) {
  const MatrixXd space = leading_space(delay_embedding(values, n_conditions, options), options.rank);
  const Index n_rows = space.rows() / n_conditions, r = space.cols();
  expects(n_rows >= 2, "two rows of the embedding in a trial");
  MatrixXd squares = MatrixXd::Zero(r, r), products = MatrixXd::Zero(r, r);
  for (Index condition = 0; condition < n_conditions; ++condition) {
    const auto before = space.middleRows(condition * n_rows, n_rows - 1);
    const auto after = space.middleRows(condition * n_rows + 1, n_rows - 1);
    squares.noalias() += before.transpose() * before;
    products.noalias() += before.transpose() * after;
  }
  squares.diagonal().array() += options.ridge;
  return squares.ldlt().solve(products).transpose();
}

}  // namespace cohort
