#include <cohort/network/glorot_normal.hpp>

#include <cmath>

namespace cohort {

Description GlorotNormal::description() {
  Description d;
  d.name = "glorot_normal";
  d.summary = "normal weights that keep the variance forward and backward";
  d.equation = "W ~ gain · N(0, 2/(N + N))";
  d.reference = "Glorot & Bengio 2010, PMLR 9:249";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "spectral radius for large N")};
  return d;
}

void GlorotNormal::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_normal(stream, gain_ * std::sqrt(2.0 / static_cast<double>(weights.rows() + weights.cols())), weights);
}

}  // namespace cohort
