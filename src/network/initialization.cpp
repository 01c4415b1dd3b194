#include <cohort/network/initialization.hpp>

namespace cohort {

void draw_normal(RandomStream& stream, double deviation, Eigen::Ref<MatrixXd> weights) {
  for (Index col = 0; col < weights.cols(); ++col)
    for (Index row = 0; row < weights.rows(); ++row) weights(row, col) = deviation * stream.normal();
}

void draw_uniform(RandomStream& stream, double limit, Eigen::Ref<MatrixXd> weights) {
  for (Index col = 0; col < weights.cols(); ++col)
    for (Index row = 0; row < weights.rows(); ++row) weights(row, col) = stream.uniform(-limit, limit);
}

}  // namespace cohort
