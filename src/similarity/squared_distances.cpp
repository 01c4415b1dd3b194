#include <cohort/core/errors.hpp>
#include <cohort/similarity/squared_distances.hpp>

namespace cohort {

DistanceMatrixSquares::DistanceMatrixSquares(const Eigen::Ref<const MatrixXd>& distances) : distances_(distances) {
  expects(distances.rows() == distances.cols(), "a square matrix of distances");
}

std::size_t DistanceMatrixSquares::size() const { return static_cast<std::size_t>(distances_.rows()); }

void DistanceMatrixSquares::rows(std::size_t first, std::size_t count, double* squares) const {
  // Columns are contiguous, and rows by symmetry.
  Eigen::Map<MatrixXd>(squares, distances_.rows(), static_cast<Index>(count)) =
      distances_.middleCols(static_cast<Index>(first), static_cast<Index>(count)).array().square();
}

void ResponseSquares::rows(std::size_t first, std::size_t count, double* squares) const {
  const Eigen::Map<const Eigen::ArrayXd> values(response_.data(), static_cast<Index>(size()));
  for (std::size_t row = 0; row < count; ++row)
    Eigen::Map<Eigen::ArrayXd>(squares + row * size(), values.size()) = (values - response_[first + row]).square();
}

}  // namespace cohort
