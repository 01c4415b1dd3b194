#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// Projection-weighted canonical correlation (Morcos, Raghu & Bengio 2018, arXiv:1806.05759).
///
/// 1 − Σ α ρ / Σ α with ρ the canonical correlations and α_i = Σ_j |h_i · x_j|, h_i the canonical variates (norm 1) and
/// x_j the centred units of the side with the lower rank; of the first where ranks are equal, so it is not symmetric.
/// In [0, 1], no metric. Undefined as cca is. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: 1/2.
class Pwcca final : public PlainMeasure {
 public:
  static Description description();

  explicit Pwcca(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;
};

}  // namespace cohort
