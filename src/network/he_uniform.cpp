#include <cohort/network/he_uniform.hpp>

#include <cmath>

namespace cohort {

Description HeUniform::description() {
  Description d;
  d.name = "he_uniform";
  d.summary = "uniform weights that keep the variance through rectifiers";
  d.equation = "W ~ gain · U(±√(6/N))";
  d.reference = "He et al. 2015, arXiv:1502.01852";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "spectral radius over √2 for large N")};
  return d;
}

void HeUniform::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_uniform(stream, gain_ * std::sqrt(6.0 / static_cast<double>(weights.cols())), weights);
}

}  // namespace cohort
