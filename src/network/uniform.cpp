#include <cohort/network/uniform.hpp>

#include <cmath>

namespace cohort {

Description Uniform::description() {
  Description d;
  d.name = "uniform";
  d.summary = "independent uniform weights, as torch.nn.RNN";
  d.equation = "W ~ gain · U(±1/√N)";
  d.reference = "Paszke et al. 2019, arXiv:1912.01703 (torch.nn.RNN)";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "limit of the weights, in 1/√N")};
  return d;
}

void Uniform::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_uniform(stream, gain_ / std::sqrt(static_cast<double>(weights.cols())), weights);
}

}  // namespace cohort
