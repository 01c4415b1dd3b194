#include <cohort/similarity/cka.hpp>

#include "pairs.hpp"
#include "sample_distances.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace cohort {

/// `matrix`: linear, the centred units of norm 1, else the centred kernel of norm 1.
struct Cka::Prepared final : PreparedRepresentation {
  MatrixXd matrix{};
  VectorXd diagonal{};  ///< of the centred kernel
  double self = 0;      ///< <K, K>
  Comparability reason = Comparability::comparable;
};

namespace {

double median_of(const MatrixXd& values) {
  std::vector<double> sorted(values.data(), values.data() + values.size());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  if (sorted.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(sorted.begin(), middle)) / 2;
}

}  // namespace

Description Cka::description() {
  Description d;
  d.name = "cka";
  d.summary = "centred kernel alignment: how differently two representations relate samples to one another";
  d.equation =
      "CKA = <K, L> / √(<K, K> <L, L>), K = HKH, L = HLH centred kernels; linear: |YcᵀXc|² / (|XcᵀXc| |YcᵀYc|); rbf: K "
      "= "
      "exp(−d²/(2 s² m)), m = median of d² over all n² entries; debiased: Song et al. 2012's HSIC; value 1 − CKA or "
      "arccos "
      "CKA. Symmetric; arccos is a metric. Test vector: X = [1; −1; 0], Y = [1; 0; −1]: 1 − 1/4";
  d.reference = "Kornblith et al. 2019, arXiv:1905.00414; debiased: Song et al. 2012, JMLR 13:1393";
  d.parameters = {ParameterInfo::choice("kernel", "linear", {"linear", "rbf"}, "how alike two samples are"),
                  ParameterInfo::choice("estimator", "biased", {"biased", "debiased"}, "of the products of kernels"),
                  ParameterInfo::choice("distance", "one_minus", {"one_minus", "angular"},
                                        "1 − CKA, or the angle arccos CKA in rad"),
                  ParameterInfo::number("width", 1, 1e-3, 1e3, "1", "s of the rbf kernel, in medians")};
  return d;
}

Cka::Cka(const Parameters& parameters)
    : is_linear_(parameters.text("kernel") == "linear"),
      is_debiased_(parameters.text("estimator") == "debiased"),
      is_angular_(parameters.text("distance") == "angular"),
      width_(parameters.number("width")) {
  const double pi = std::numbers::pi;
  if (is_angular_) {
    set_range(is_debiased_ ? pi : pi / 2, is_debiased_ ? pi : pi / 2, is_debiased_ ? "pi" : "pi / 2");
    traits_.units = "rad";
  } else {
    set_range(is_debiased_ ? 2 : 1, is_debiased_ ? 2 : 1, is_debiased_ ? "2" : "1");
  }
  traits_.is_metric = is_angular_;
  traits_.reliability = is_angular_ ? Reliability::none : Reliability::correlation;
  traits_.has_reasons = is_debiased_ || !is_linear_;
  traits_.formula = std::string(is_angular_ ? "arccos(c)" : "1 - c") +
                    ", c = <K, L> / sqrt(<K, K> <L, L>), K and L the centred " +
                    (is_linear_ ? "products of samples" : "kernels exp(-d^2 / (2 s^2 median(d^2)))") +
                    (is_debiased_ ? ", < > = sum K L - n / (n - 2) sum K_ii L_ii + tr K tr L / ((n - 1) (n - 2))"
                                  : ", < > = sum K L");
}

MatrixXd Cka::gaussian_kernel(const MatrixXd& values) const {
  const MatrixXd distances = squared_sample_distances(values);
  const double median = median_of(distances);
  if (median == 0) return {};
  return doubly_centred((distances.array() / (-2 * width_ * width_ * median)).exp().matrix());
}

std::unique_ptr<PreparedRepresentation> Cka::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  const MatrixXd values = without_redundant_units(centred(scaled(representation.values()).values));
  if (is_linear_) {
    prepared->matrix = values / values.norm();
    prepared->diagonal = prepared->matrix.rowwise().squaredNorm();
  } else {
    prepared->matrix = gaussian_kernel(values);
    if (prepared->matrix.size() == 0) {
      prepared->matrix = MatrixXd::Zero(values.rows(), 1);
      prepared->reason = Comparability::equal_samples;
      return prepared;
    }
    prepared->matrix /= prepared->matrix.norm();
    prepared->diagonal = prepared->matrix.diagonal();
  }
  if (is_debiased_ && values.rows() < 4) {
    prepared->reason = Comparability::too_few_samples;
    return prepared;
  }
  prepared->self = product(*prepared, *prepared);
  // The terms of the debiased norm cancel but for their rounding.
  const double smallest = is_debiased_ ? 1e-12 : 0;
  if (!(prepared->self > smallest)) prepared->reason = Comparability::debiased_norm;
  return prepared;
}

double Cka::product(const Prepared& a, const Prepared& b) const {
  const double plain =
      is_linear_ ? (a.matrix.transpose() * b.matrix).squaredNorm() : a.matrix.cwiseProduct(b.matrix).sum();
  if (!is_debiased_) return plain;
  const auto n = static_cast<double>(a.matrix.rows());
  return plain - n / (n - 2) * a.diagonal.dot(b.diagonal) + a.diagonal.sum() * b.diagonal.sum() / ((n - 1) * (n - 2));
}

MeasureValue Cka::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                          const MeasureContext&) const {
  const auto* x = &dynamic_cast<const Prepared&>(a);
  const auto* y = &dynamic_cast<const Prepared&>(b);
  expect_same_samples(x->matrix.rows(), y->matrix.rows());
  for (const auto* one : {x, y})
    if (one->reason != Comparability::comparable) return no_value(one->reason);
  if (comes_before(y->matrix, x->matrix)) std::swap(x, y);
  if (!comes_before(x->matrix, y->matrix)) return {0};
  const double low = is_debiased_ ? -1 : 0;
  const double alignment = std::clamp(product(*y, *x) / std::sqrt(x->self * y->self), low, 1.0);
  return {is_angular_ ? std::acos(alignment) : 1 - alignment};
}

double Cka::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  const auto samples = static_cast<double>(n_samples);
  if (!is_linear_) return 20 * samples * samples;  // two matrices from memory
  const double a = std::min(samples, static_cast<double>(n_units_a)),
               b = std::min(samples, static_cast<double>(n_units_b));
  return 2 * samples * a * b;
}

std::size_t Cka::prepared_bytes(Index n_samples, Index n_units) const {
  // The kernel does not grow with the units, what it is made from does.
  const Index values = n_samples * std::min(n_samples, n_units), kernel = is_linear_ ? 0 : n_samples * n_samples;
  return static_cast<std::size_t>(values + kernel) * sizeof(double);
}

}  // namespace cohort
