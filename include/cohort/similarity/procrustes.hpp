#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/measure.hpp>

namespace cohort {

enum class ProcrustesDistance { angular, euclidean, chordal };

/// Procrustes distance: what is left between two representations after the best rotation of one onto the other
/// (Schönemann 1966, doi:10.1007/BF02289451; as a metric on representations Williams et al. 2021, arXiv:2110.14739).
///
/// With Xc, Yc the centred representations, |.| the Frobenius norm, nuc the sum of the singular values of XcᵀYc and
/// c = nuc / (|Xc| |Yc|):
///
///     angular    arccos c                       [0, π/2] rad; normalized: / (π/2). The unit of Liu et al. 2025
///     euclidean  √(|Xc|² + |Yc|² − 2 nuc)       unit of the responses; normalized: the same number
///     chordal    √(2 − 2c)                      [0, √2]; normalized: / √2
///
/// Angular and chordal ignore translation, rotation, reflection and scale, euclidean all but scale. All three are
/// metrics. Fewer units count as units that stay silent. Test vector: X = [1; −1; 0], Y = [1; 0; −1] give
/// c = 1/2: angular π/3, euclidean √2, chordal 1.
///
/// Near c = 1 the arccosine halves the digits: two representations that differ by a rotation come out below 1e-7 rad,
/// not at 0. Identical ones are compared first and give exactly 0. Elsewhere the error is a few epsilons.
class Procrustes final : public Measure {
 public:
  static Description description();

  explicit Procrustes(const Parameters& parameters);

  const MeasureTraits& traits() const override { return traits_; }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  MeasureValue left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                        const StopCheck& stop) const override;
  double normalized(double distance) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  ProcrustesDistance distance_;
  MeasureTraits traits_;
};

}  // namespace cohort
