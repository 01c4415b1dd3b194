#include <cohort/network/he_normal.hpp>

#include <cmath>

namespace cohort {

Description HeNormal::description() {
  Description d;
  d.name = "he_normal";
  d.summary = "normal weights that keep the variance through rectifiers";
  d.equation = "W ~ gain · N(0, 2/N)";
  d.reference = "He et al. 2015, arXiv:1502.01852";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "spectral radius over √2 for large N")};
  return d;
}

void HeNormal::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_normal(stream, gain_ * std::sqrt(2.0 / static_cast<double>(weights.cols())), weights);
}

}  // namespace cohort
