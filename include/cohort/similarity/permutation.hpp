#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// Distance that remains after the best one-to-one matching of units (Williams et al. 2021, arXiv:2110.14739; Khosla &
/// Williams 2024, arXiv:2311.09466).
///
/// c = max over matchings of Σ xᵢ · y_π(i) / (|Xc| |Yc|), columns centred; a unit may stay without a partner, as if the
/// other side had silent units to spare, so representations of any numbers of units lie in one metric space.
/// distance=angular: arccos c in [0, π/2]; chordal: √(2 − 2c). Metrics; symmetric. Ignores order of units, offset and
/// scale, but no rotation. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: π/3.
class Permutation final : public PlainMeasure {
 public:
  static Description description();

  explicit Permutation(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  MeasureValue left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                        const StopCheck& stop) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  bool is_angular_;
};

}  // namespace cohort
