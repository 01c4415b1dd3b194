#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// W ~ gain · N(0, 1/N), independent entries. Liu, Yang & Cueva 2025 use gain = 1.5 · ini_gain.
class Gaussian final : public Initialization {
 public:
  static Description description();
  explicit Gaussian(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<Gaussian>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
