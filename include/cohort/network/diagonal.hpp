#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// W = gain · I + noise · N(0, 1/N). With gain 1 and no noise the identity recurrent network of Le, Jaitly & Hinton
/// 2015, whose units keep their state; noise couples them.
class Diagonal final : public Initialization {
 public:
  static Description description();
  explicit Diagonal(const Parameters& parameters)
      : gain_(parameters.number("gain")), noise_(parameters.number("noise")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<Diagonal>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_, noise_;
};

}  // namespace cohort
