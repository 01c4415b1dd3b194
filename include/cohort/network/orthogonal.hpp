#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// W = gain · Q with Q uniform among the orthogonal matrices (Haar measure: QR of a normal matrix with the signs of
/// R's diagonal moved into Q, Mezzadri 2007).
class Orthogonal final : public Initialization {
 public:
  static Description description();
  explicit Orthogonal(const Parameters& parameters) : gain_(parameters.number("gain")) {}

  std::unique_ptr<Initialization> copy() const override { return std::make_unique<Orthogonal>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  double gain_;
};

}  // namespace cohort
