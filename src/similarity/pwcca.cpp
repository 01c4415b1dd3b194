#include <cohort/similarity/pwcca.hpp>

#include <cohort/core/decompositions.hpp>

#include "pairs.hpp"
#include "subspaces.hpp"

#include <algorithm>
#include <utility>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd scores{};       ///< Q [n_samples x rank], orthonormal
  MatrixXd projections{};  ///< QᵀXc [rank x n_units]
  bool is_full = false;
};

}  // namespace

Description Pwcca::description() {
  Description d;
  d.name = "pwcca";
  d.summary = "1 - canonical correlation, weighted by how much of the units each canonical variate explains";
  d.equation =
      "1 − Σ α ρ / Σ α, ρ = canonical correlations, α_i = Σ_j |h_i · x_j| over the units of the side of lower rank (of "
      "the "
      "first where they are equal), h its canonical variates. Not symmetric, in [0, 1], no metric. Test vector: X = "
      "[1; −1; "
      "0], Y = [1; 0; −1]: 1/2";
  d.reference = "Morcos, Raghu & Bengio 2018, arXiv:1806.05759";
  return d;
}

Pwcca::Pwcca(const Parameters&) {
  set_range(1, 1, "1");
  traits_.is_symmetric = false;
  traits_.has_reasons = true;
  traits_.formula =
      "1 - sum(alpha rho) / sum(alpha), rho = canonical correlations, alpha_i = sum_j |h_i . x_j| over the centred "
      "units "
      "of the side of lower rank, the first where they are equal";
}

std::unique_ptr<PreparedRepresentation> Pwcca::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  PrincipalParts parts = principal_parts(representation);
  prepared->is_full = has_full_rank(parts);
  prepared->projections = parts.scores.transpose() * centred(scaled(representation.values()).values);
  prepared->scores = std::move(parts.scores);
  return prepared;
}

MeasureValue Pwcca::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                            const MeasureContext&) const {
  const auto* x = &dynamic_cast<const Prepared&>(a);
  const auto* y = &dynamic_cast<const Prepared&>(b);
  expect_same_samples(x->scores.rows(), y->scores.rows());
  if (x->is_full || y->is_full) return no_value(Comparability::full_rank);
  if (!comes_before(x->scores, y->scores) && !comes_before(y->scores, x->scores)) return {0};
  if (y->scores.cols() < x->scores.cols()) std::swap(x, y);
  const Eigen::BDCSVD<MatrixXd> svd(MatrixXd(x->scores.transpose() * y->scores), Eigen::ComputeThinU);
  const VectorXd weights = (svd.matrixU().transpose() * x->projections).cwiseAbs().rowwise().sum();
  return {std::clamp(1 - weights.dot(svd.singularValues()) / weights.sum(), 0.0, 1.0)};
}

double Pwcca::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  const auto samples = static_cast<double>(n_samples);
  const double wide = std::min(samples, static_cast<double>(std::max(n_units_a, n_units_b)));
  const double narrow = std::min(samples, static_cast<double>(std::min(n_units_a, n_units_b)));
  return 2 * samples * wide * narrow + 60 * narrow * narrow * wide + 2 * narrow * narrow * narrow;
}

std::size_t Pwcca::prepared_bytes(Index n_samples, Index n_units) const {
  const Index rank = std::min(n_samples, n_units);
  return static_cast<std::size_t>(rank * (n_samples + n_units)) * sizeof(double);
}

}  // namespace cohort
