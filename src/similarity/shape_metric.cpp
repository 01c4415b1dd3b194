#include <cohort/similarity/shape_metric.hpp>

#include "pairs.hpp"
#include "subspaces.hpp"

#include <cmath>
#include <vector>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  Index n_samples = 0;
  std::unique_ptr<PreparedRepresentation> whitened{};  ///< null: undefined
};

}  // namespace

Description ShapeMetric::description() {
  Description d;
  d.name = "shape_metric";
  d.version = 2;  // another order of sums
  d.summary = "procrustes after partial whitening: alpha = 1 ignores rotations, alpha = 0 all invertible linear maps";
  d.equation =
      "XcᵀXc = V diag(λ) Vᵀ, X → Xc V diag(α + (1−α) λ^-½) at the norm of Xc, then procrustes. A metric, symmetric. "
      "Test "
      "vector: X = [1; −1; 0], Y = [1; 0; −1]: π/3";
  d.reference = "Williams et al. 2021, arXiv:2110.14739";
  d.parameters = {ParameterInfo::number("alpha", 1, 0, 1, "1", "1: no whitening, 0: full"),
                  Procrustes::description().parameters.front()};
  return d;
}

ShapeMetric::ShapeMetric(const Parameters& parameters)
    : procrustes_(parameters), alpha_(parameters.number("alpha")), traits_(procrustes_.traits()) {
  traits_.has_reasons = alpha_ == 0;
  traits_.formula +=
      ", after X -> Xc V diag(alpha + (1 - alpha) / sqrt(lambda)) at the norm of Xc, Xc' Xc = V diag(lambda) V'";
}

std::unique_ptr<PreparedRepresentation> ShapeMetric::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  prepared->n_samples = representation.n_samples();
  const PrincipalParts parts = principal_parts(representation);
  if (alpha_ == 0 && has_full_rank(parts)) return prepared;
  // The parts are those of values · 2^-exponent; the weights are meant for the values themselves.
  const int exponent = scaled(representation.values()).exponent;
  const VectorXd lengths = alpha_ * parts.values.array() + (1 - alpha_) * std::ldexp(1.0, -exponent);
  const MatrixXd whitened = parts.scores * (lengths * (parts.values.norm() / lengths.stableNorm())).asDiagonal();
  prepared->whitened = procrustes_.prepare(
      Representation(whitened * std::ldexp(1.0, exponent), 0, representation.name(), representation.precision()));
  return prepared;
}

MeasureValue ShapeMetric::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                                  const MeasureContext& context) const {
  const auto& x = dynamic_cast<const Prepared&>(a);
  const auto& y = dynamic_cast<const Prepared&>(b);
  expect_same_samples(x.n_samples, y.n_samples);
  if (!x.whitened || !y.whitened) return no_value(Comparability::full_rank);
  return procrustes_.compare(*x.whitened, *y.whitened, context);
}

void ShapeMetric::compare_all(std::span<const PreparedPair> pairs, const StopCheck& stop,
                              std::span<MeasureValue> values) const {
  std::vector<std::size_t> defined;
  std::vector<PreparedPair> whitened;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& x = dynamic_cast<const Prepared&>(*pairs[i].a);
    const auto& y = dynamic_cast<const Prepared&>(*pairs[i].b);
    expect_same_samples(x.n_samples, y.n_samples);
    values[i] = no_value(Comparability::full_rank);
    if (!x.whitened || !y.whitened) continue;
    defined.push_back(i);
    whitened.push_back({x.whitened.get(), y.whitened.get()});
  }
  std::vector<MeasureValue> found(whitened.size());
  procrustes_.compare_all(whitened, stop, found);
  for (std::size_t k = 0; k < defined.size(); ++k) values[defined[k]] = found[k];
}

std::optional<CutBound> ShapeMetric::cut_bound(double tolerance) const {
  return alpha_ == 1 ? procrustes_.cut_bound(tolerance) : std::nullopt;
}

double ShapeMetric::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  return procrustes_.comparison_flops(n_samples, n_units_a, n_units_b);
}

std::size_t ShapeMetric::prepared_bytes(Index n_samples, Index n_units) const {
  return procrustes_.prepared_bytes(n_samples, n_units);
}

}  // namespace cohort
