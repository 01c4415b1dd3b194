#pragma once

#include <cohort/core/decompositions.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measures.hpp>

#include <string_view>

namespace cohort::test {

inline MatrixXd random_matrix(Index rows, Index cols, std::uint64_t item) {
  RandomStream stream = RandomStream("test", "measures", 1).substream(item);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

inline MatrixXd random_rotation(Index n, std::uint64_t item) {
  return MatrixXd(Eigen::HouseholderQR<MatrixXd>(random_matrix(n, n, item)).householderQ());
}

/// Pairs whose units have something in common.
inline MatrixXd related_to(const MatrixXd& a, Index n_units, std::uint64_t item) {
  return a * random_matrix(a.cols(), n_units, item) + 2 * random_matrix(a.rows(), n_units, item + 1);
}

inline MeasureValue value_of(std::string_view variant, const MatrixXd& a, const MatrixXd& b, Index n_conditions = 0) {
  return distance_and_interval(*measures().make(variant), Representation(a, n_conditions),
                               Representation(b, n_conditions));
}
inline double measured(std::string_view variant, const MatrixXd& a, const MatrixXd& b, Index n_conditions = 0) {
  return value_of(variant, a, b, n_conditions).value;
}

/// The test vector of the measures' descriptions.
inline const MatrixXd kX{{1.0}, {-1.0}, {0.0}}, kY{{1.0}, {0.0}, {-1.0}};

}  // namespace cohort::test
