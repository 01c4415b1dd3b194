#pragma once

#include <cohort/core/matrix.hpp>

#include <cstddef>
#include <span>

namespace cohort {

/// Squared distances between all pairs of runs, as rows on demand: effects read every row a few times in order, so
/// that ten thousand runs need no matrix in memory.
class SquaredDistances {
 public:
  virtual ~SquaredDistances() = default;
  virtual std::size_t size() const = 0;
  /// Rows `first` .. `first + count` into `squares` [count x size()], one row after the other. Symmetric, finite, not
  /// negative, 0 from a run to itself.
  virtual void rows(std::size_t first, std::size_t count, double* squares) const = 0;
};

/// Of a symmetric matrix of distances that outlives it.
class DistanceMatrixSquares final : public SquaredDistances {
 public:
  /// `distances` [n x n] in any storage order: it is symmetric.
  explicit DistanceMatrixSquares(const Eigen::Ref<const MatrixXd>& distances);
  std::size_t size() const override;
  void rows(std::size_t first, std::size_t count, double* squares) const override;

 private:
  Eigen::Ref<const MatrixXd> distances_;
};

/// Of a response: (y_i - y_j)^2, without a matrix. The values outlive it.
class ResponseSquares final : public SquaredDistances {
 public:
  explicit ResponseSquares(std::span<const double> response) : response_(response) {}
  std::size_t size() const override { return response_.size(); }
  void rows(std::size_t first, std::size_t count, double* squares) const override;

 private:
  std::span<const double> response_;
};

}  // namespace cohort
