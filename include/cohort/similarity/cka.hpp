#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// Centred kernel alignment: how alike the similarities between samples are in two representations (Cortes et al. 2012;
/// Kornblith et al. 2019, arXiv:1905.00414).
///
/// With K = HKH, L = HLH the centred kernels [n x n] of X and Y, CKA = <K, L> / √(<K, K> <L, L>):
///
///     kernel=linear       K = X Xᵀ; computed as |YcᵀXc|² in the space of units, never as a matrix of samples
///     kernel=rbf          K = exp(−d²/(2 s² m)), m the median of d² over all n² pairs of samples, each with itself too
///     estimator=biased    <K, L> = Σ K∘L, in [0, 1]: rises with the number of units per sample
///     estimator=debiased  <K, L> = Σ K∘L − n/(n−2) Σ K_ii L_ii + tr K tr L / ((n−1)(n−2)), Song et al. 2012's unbiased
///                         HSIC times n(n−3): may be negative; undefined where <K, K> <= 0
///
/// The value is 1 − CKA (distance=one_minus), no metric, or arccos CKA (distance=angular), a metric on kernels
/// (Williams et al. 2021). Symmetric; ignores rotation, offset and scale (rbf: of all units together). Test vector: X =
/// [1; −1; 0], Y = [1; 0; −1]: 3/4.
class Cka final : public PlainMeasure {
 public:
  static Description description();

  explicit Cka(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  bool compares_together() const override { return true; }
  void compare_all(std::span<const PreparedPair> pairs, const StopCheck& stop,
                   std::span<MeasureValue> values) const override;
  /// Of the linear kernel: arccos CKA is an angle between kernels, and a kernel turns by no more than
  /// arcsin(tolerance).
  std::optional<CutBound> cut_bound(double tolerance) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  struct Prepared;
  MatrixXd gaussian_kernel(const MatrixXd& values) const;
  static double kernel_product(const Prepared& a, const Prepared& b);
  /// <K, L>, of which `plain` is the sum of K∘L.
  double product(const Prepared& a, const Prepared& b, double plain) const;
  MeasureValue value_of(const Prepared& x, const Prepared& y, double plain) const;

  bool is_linear_, is_debiased_, is_angular_;
  double width_;
};

}  // namespace cohort
