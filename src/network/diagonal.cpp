#include <cohort/network/diagonal.hpp>

#include <cmath>

namespace cohort {

Description Diagonal::description() {
  Description d;
  d.name = "diagonal";
  d.summary = "each unit drives itself; weak random weights between units if asked for";
  d.equation = "W = gain · I + noise · N(0, 1/N)";
  d.reference = "Le, Jaitly & Hinton 2015, arXiv:1504.00941";
  d.parameters = {ParameterInfo::number("gain", 1, 0, 1e6, "1", "weight of a unit onto itself"),
                  ParameterInfo::number("noise", 0, 0, 1e6, "1", "spectral radius of the random part for large N")};
  return d;
}

void Diagonal::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  draw_normal(stream, noise_ / std::sqrt(static_cast<double>(weights.cols())), weights);
  weights.diagonal().array() += gain_;
}

}  // namespace cohort
