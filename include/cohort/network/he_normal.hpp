#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// He et al. 2015, equation 10: normal weights of variance gain² · 2/fan_in, which keeps the second moment of rates
/// through rectifiers; as torch.nn.init.kaiming_normal_ for ReLU. The spectral radius is √2 · gain for large N.
class HeNormal final : public Initialization {
 public:
  static Description description();
  explicit HeNormal(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<HeNormal>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
