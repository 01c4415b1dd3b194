#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// He et al. 2015, equation 10, with uniform weights: variance gain² · 2/fan_in, as torch.nn.init.kaiming_uniform_ for
/// ReLU. The spectral radius is √2 · gain for large N.
class HeUniform final : public Initialization {
 public:
  static Description description();
  explicit HeUniform(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<HeUniform>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
