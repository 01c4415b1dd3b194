#include <cohort/similarity/cca.hpp>

#include "cross_products.hpp"
#include "pairs.hpp"
#include "subspaces.hpp"

#include <cohort/similarity/nuclear_norm.hpp>

#include <algorithm>
#include <utility>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd scores{};  ///< [n_samples x components], orthonormal
  bool is_full = false;
};

}  // namespace

Description Cca::description() {
  Description d;
  d.name = "cca";
  d.version = 2;  // another order of sums
  d.summary = "1 - mean canonical correlation of two representations";
  d.equation =
      "1 − Σρ / k, ρ = singular values of QxᵀQy, Q an orthonormal basis of the centred units, k the smaller rank. "
      "Symmetric, "
      "in [0, 1], no metric. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: 1/2";
  d.reference = "Hotelling 1936, doi:10.1093/biomet/28.3-4.321; Raghu et al. 2017, arXiv:1706.05806";
  return d;
}

Cca::Cca(const Parameters&) : Cca(1, 0) {}

Cca::Cca(double variance, Index components) : variance_(variance), components_(components) {
  set_range(1, 1, "1");
  traits_.has_reasons = true;
  traits_.formula =
      "1 - mean(rho), rho = singular values of Qx' Qy, Q = orthonormal scores of the principal components of the "
      "centred "
      "units";
}

Index Cca::n_kept(const VectorXd& values) const {
  if (components_ > 0) return std::min(components_, values.size());
  if (variance_ >= 1) return values.size();
  const double wanted = variance_ * values.squaredNorm();
  double sum = 0;
  for (Index i = 0; i < values.size(); ++i)
    if ((sum += values[i] * values[i]) >= wanted) return i + 1;
  return values.size();
}

std::unique_ptr<PreparedRepresentation> Cca::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  PrincipalParts parts = principal_parts(representation);
  parts.scores.conservativeResize(Eigen::NoChange, n_kept(parts.values));
  prepared->is_full = has_full_rank(parts);
  prepared->scores = std::move(parts.scores);
  return prepared;
}

MeasureValue Cca::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                          const MeasureContext&) const {
  const auto* x = &dynamic_cast<const Prepared&>(a);
  const auto* y = &dynamic_cast<const Prepared&>(b);
  expect_same_samples(x->scores.rows(), y->scores.rows());
  if (x->is_full || y->is_full) return no_value(Comparability::full_rank);
  if (comes_before(y->scores, x->scores)) std::swap(x, y);
  if (!comes_before(x->scores, y->scores)) return {0};
  const double sum = nuclear_norm(cross_product(y->scores, x->scores));
  return {std::clamp(1 - sum / static_cast<double>(x->scores.cols()), 0.0, 1.0)};
}

double Cca::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  return nuclear_norm_flops(n_samples, n_units_a, n_units_b);
}

std::size_t Cca::prepared_bytes(Index n_samples, Index n_units) const {
  return static_cast<std::size_t>(n_samples * std::min(n_samples, n_units)) * sizeof(double);
}

}  // namespace cohort
