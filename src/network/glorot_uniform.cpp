#include <cohort/network/glorot_uniform.hpp>

#include <cmath>

namespace cohort {

Description GlorotUniform::description() {
  Description d;
  d.name = "glorot_uniform";
  d.summary = "uniform weights that keep the variance forward and backward";
  d.equation = "W ~ gain · U(±√(6/(N + N)))";
  d.reference = "Glorot & Bengio 2010, PMLR 9:249";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "spectral radius for large N")};
  return d;
}

void GlorotUniform::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_uniform(stream, gain_ * std::sqrt(6.0 / static_cast<double>(weights.rows() + weights.cols())), weights);
}

}  // namespace cohort
