#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/network/initialization.hpp>

namespace cohort {

/// A `gaussian` matrix cut to its `rank` largest singular values and rescaled to the Frobenius norm it had: recurrence
/// of the same size in few directions (Liu et al. 2023, whose code has gain 1.25 and ranks from 1 to N).
class LowRank final : public Initialization {
 public:
  static Description description();
  explicit LowRank(const Parameters& parameters)
      : rank_(parameters.integer("rank")), gain_(parameters.number("gain")) {}

  /// Throws UserError if the rank exceeds the number of units.
  std::unique_ptr<Initialization> copy() const override { return std::make_unique<LowRank>(*this); }
  void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const override;

 private:
  Index rank_;
  double gain_;
};

}  // namespace cohort
