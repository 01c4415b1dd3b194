#include "distance_rows.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cohort {
namespace {

void check_row(std::size_t run, const double* squares, std::size_t n) {
  const Eigen::Map<const Eigen::ArrayXd> row(squares, static_cast<Index>(n));
  if (row.minCoeff() >= 0 && std::isfinite(row.sum())) return;
  for (std::size_t other = 0; other < n; ++other)
    if (!(squares[other] >= 0) || std::isinf(squares[other]))
      throw UserError(fmt::format("the distance of runs {} and {} is {}", run, other,
                                  squares[other] < 0 ? "negative" : "not a finite number"));
  throw UserError(fmt::format("the squared distances of run {} are too large to be summed", run));
}

}  // namespace

void for_each_row(const SquaredDistances& distances, const std::function<void(std::size_t, const double*)>& use) {
  constexpr std::size_t n_rows = 64;
  const std::size_t n = distances.size();
  std::vector<double> block(n_rows * n);
  for (std::size_t first = 0; first < n; first += n_rows) {
    const std::size_t count = std::min(n_rows, n - first);
    distances.rows(first, count, block.data());
    for (std::size_t row = 0; row < count; ++row) {
      check_row(first + row, &block[row * n], n);
      use(first + row, &block[row * n]);
    }
  }
}

MatrixXd matrix_of(const SquaredDistances& distances) {
  const auto n = static_cast<Index>(distances.size());
  MatrixXd squares(n, n);
  for_each_row(distances, [&](std::size_t run, const double* row) {
    squares.col(static_cast<Index>(run)) = Eigen::Map<const VectorXd>(row, n);
  });
  return squares;
}

}  // namespace cohort
