#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/delay_dynamics.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

/// Dynamical similarity analysis: how far the dynamics of two representations are from being the same in other
/// coordinates (Ostrow et al. 2023, arXiv:2306.10168).
///
/// Of each representation the linear map A of its delay embedding is taken (see delay_dynamics), then
///
///     angular      min over orthogonal C of the angle between A and C B Cᵀ      [0, π] rad; normalized: / π
///     wasserstein  W_p between the eigenvalues of A and of B, as points of the complex plane with equal masses
///
/// Of maps of unequal rank the smaller one is padded with zeros. Neither looks at the geometry of the states: a
/// representation and any invertible turn of it have the same dynamics. Angular is a metric where all ranks are equal
/// and the search finds the best C (see best_alignment); it does not promise to. Identical representations: exactly 0.
/// Conditions are trials; where they are unknown, all samples are one trial.
class Dsa final : public Measure {
 public:
  static Description description();

  explicit Dsa(const Parameters& parameters);

  const MeasureTraits& traits() const override { return traits_; }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  double normalized(double distance) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  bool is_angular_;
  double order_;
  int n_starts_;
  DelayOptions delays_;
  MeasureTraits traits_;
};

}  // namespace cohort
