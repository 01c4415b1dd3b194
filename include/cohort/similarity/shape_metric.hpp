#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/procrustes.hpp>

namespace cohort {

/// Procrustes distance after partial whitening: between the rotation-invariant distance (alpha = 1) and the one that
/// ignores every invertible linear map (alpha = 0), Williams et al. 2021, arXiv:2110.14739.
///
/// With XcᵀXc = V diag(λ) Vᵀ the units become Xc V diag(w), w = α + (1−α) λ^-½, rescaled to keep the norm of Xc; then
/// the Procrustes distance of the same name. Directions with √λ below n_samples · precision · √λmax are rounding and
/// are left out, relative to the data, never by an absolute threshold. For 0 < α < 1 the unit of the responses counts.
/// Metrics, all three. Undefined at alpha = 0 where a side has as many independent units as samples - 1. Test vector: X
/// = [1; −1; 0], Y = [1; 0; −1]: π/3 for any alpha.
class ShapeMetric final : public Measure {
 public:
  static Description description();

  explicit ShapeMetric(const Parameters& parameters);

  const MeasureTraits& traits() const override { return traits_; }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  bool compares_together() const override { return true; }
  void compare_all(std::span<const PreparedPair> pairs, const StopCheck& stop,
                   std::span<MeasureValue> values) const override;
  /// That of procrustes for alpha = 1; otherwise small components count as much as large ones.
  std::optional<CutBound> cut_bound(double tolerance) const override;
  double normalized(double distance) const override { return procrustes_.normalized(distance); }
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  Procrustes procrustes_;
  double alpha_;
  MeasureTraits traits_;
};

}  // namespace cohort
