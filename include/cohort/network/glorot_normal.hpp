#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// Glorot & Bengio 2010, normal: variance gain² · 2/(fan_in + fan_out), as torch.nn.init.xavier_normal_. Recurrent
/// weights are square, so this is `gaussian` of the same gain, under the name that deep learning knows.
class GlorotNormal final : public Initialization {
 public:
  static Description description();
  explicit GlorotNormal(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<GlorotNormal>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
