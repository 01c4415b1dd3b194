#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// Canonical correlations: 1 − the mean of the largest correlations that linear combinations of the units of both can
/// have (Hotelling 1936; Raghu et al. 2017, arXiv:1706.05806).
///
/// With Q the orthonormal scores of the principal components of a centred representation and ρ the singular values of
/// QxᵀQy, the value is 1 − Σρ / min(rank): `cca` keeps all components above the rounding of the stored numbers, `svcca`
/// the first of them, those that explain `variance` or as many as `components` says. Symmetric, in [0, 1], no metric
/// (shape_metric/alpha=0 is the metric of the same correlations). cca ignores every invertible linear map of the units,
/// svcca rotation, offset and scale. Undefined where a side keeps as many components as samples - 1: all correlations
/// were 1. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: ρ = 1/2.
class Cca : public PlainMeasure {
 public:
  static Description description();

  explicit Cca(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 protected:
  /// Of `variance` and `components` what svcca keeps; 0 components: by variance.
  Cca(double variance, Index components);

 private:
  Index n_kept(const VectorXd& values) const;

  double variance_ = 1;
  Index components_ = 0;
};

}  // namespace cohort
