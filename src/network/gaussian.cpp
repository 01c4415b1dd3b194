#include <cohort/network/gaussian.hpp>

#include <cmath>

namespace cohort {

Description Gaussian::description() {
  Description d;
  d.name = "gaussian";
  d.summary = "independent normal weights";
  d.equation = "W ~ gain · N(0, 1/N)";
  d.reference = "Sompolinsky, Crisanti & Sommers 1988, doi:10.1103/PhysRevLett.61.259";
  d.parameters = {ParameterInfo::number("gain", 1.5, 0, 1e6, "1", "spectral radius for large N")};
  return d;
}

void Gaussian::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_normal(stream, gain_ / std::sqrt(static_cast<double>(weights.cols())), weights);
}

}  // namespace cohort
