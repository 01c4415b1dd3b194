#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// 1 − R² of predicting the units of one representation from those of the other on conditions that the fit never saw
/// (Yamins et al. 2014, doi:10.1073/pnas.1403112111; Schrimpf et al. 2018, doi:10.1101/407007).
///
/// The conditions are cut into `folds` folds (condition c into fold c modulo folds; no more folds than conditions):
/// neighbouring times never stand on both sides, which is what makes two independent smooth signals predict each other
/// when samples are split at random. For each fold a ridge regression with intercept is fitted on the others, with the
/// penalty 10^k λmax, k = −6, ..., 3, λmax the largest eigenvalue of the centred products of the predicting units, that
/// predicts best when each of these others is left out in turn. R² = 1 − Σ |Y − Ŷ|² / Σ |Y − Ȳ|² over all folds and
/// units, Ȳ the mean of what was fitted on: at most 1, 0 for a prediction that is no better than the mean, negative for
/// a worse one.
///
/// direction=forward: the first predicts the second (a network the recording); reverse: the second the first. The value
/// is 1 − R², from 0 on; neither symmetric nor a metric, and of a representation with itself not exactly 0. Ignores
/// offset, scale and rotation of the predicting units. Three conditions at least. Test vector: X = Y = [1; 2; 3; 4] of
/// four conditions: below 1e-5.
/// score=r2: 1 − the squared correlation of Y and Ŷ over all samples, mean over the predicted units, from 0 to 1: blind
/// to the offset and scale of a prediction. What a recording allows at all is its ceiling, the same between halves of
/// its units: (1 − value) / (1 − ceiling) is the share of it that is explained (R²/ceiling).
class LinearPredictivity final : public PlainMeasure {
 public:
  static Description description();

  explicit LinearPredictivity(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  MeasureValue left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                        const StopCheck& stop) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  Index folds_;
  bool is_reverse_, is_correlation_;
};

}  // namespace cohort
