#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/similarity/plain_measure.hpp>

namespace cohort {

/// Representational similarity analysis: 1 − how alike the dissimilarities between samples are (Kriegeskorte, Mur &
/// Bandettini 2008, doi:10.3389/neuro.06.004.2008; Diedrichsen et al. 2021, arXiv:2007.02789).
///
/// Of the n(n−1)/2 pairs of samples each side has a vector of dissimilarities:
///
///     rdm=correlation         1 − correlation of the two patterns over units
///     rdm=euclidean           |x_i − x_j|
///     rdm=squared_euclidean   |x_i − x_j|²
///
/// compared by
///
///     compare=spearman   rank correlation, ties at their mean rank
///     compare=pearson    correlation
///     compare=cosine     cosine of the angle between the vectors
///     compare=whitened   the same after whitening by the covariance that the dissimilarities of equal samples with
///     independent
///                        noise have: the cosine of −½ H D H; of squared_euclidean it is linear CKA exactly
///
/// samples=conditions takes the mean over time of each condition instead of single samples, samples=trajectories its
/// values at all times in a row: what is told apart are then conditions, three at least.
///
/// The value is 1 − r, in [0, 2] (0 to 1 for cosine). Symmetric, no metric. correlation ignores offset and scale of
/// each pattern, the others rotation, offset and scale of all. Undefined where all dissimilarities are alike, and for
/// correlation where a pattern is flat. Holds n² numbers per representation. Test vector: X = [1; −1; 0], Y = [1; 0;
/// −1], euclidean and cosine: 1/6.
class Rsa final : public PlainMeasure {
 public:
  static Description description();

  explicit Rsa(const Parameters& parameters);

  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override;
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override;
  double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const override;
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override;

 private:
  enum class Rdm { correlation, euclidean, squared_euclidean };
  enum class Comparison { spearman, pearson, cosine, whitened };

  enum class Patterns { samples, means, trajectories };

  MatrixXd patterns_of(const Representation& representation) const;
  MatrixXd dissimilarities(const MatrixXd& values) const;
  VectorXd vector_of(const MatrixXd& rdm) const;

  Rdm rdm_;
  Comparison comparison_;
  Patterns patterns_;
};

}  // namespace cohort
