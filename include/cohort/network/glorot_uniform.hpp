#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// Glorot & Bengio 2010, equation 16: uniform weights of variance gain² · 2/(fan_in + fan_out), as
/// torch.nn.init.xavier_uniform_.
class GlorotUniform final : public Initialization {
 public:
  static Description description();
  explicit GlorotUniform(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<GlorotUniform>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
