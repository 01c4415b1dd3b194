#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// W ~ gain · U(±1/√N), independent entries: with gain 1 what torch.nn.RNN starts from. The variance is gain²/(3N), the
/// spectral radius gain/√3 for large N: a third of the variance of `gaussian` and of `glorot_uniform` at the same gain.
class Uniform final : public Initialization {
 public:
  static Description description();
  explicit Uniform(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<Uniform>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
