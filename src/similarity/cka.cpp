#include <cohort/similarity/cka.hpp>

#include "cross_products.hpp"
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

double Cka::kernel_product(const Prepared& a, const Prepared& b) { return a.matrix.cwiseProduct(b.matrix).sum(); }

namespace {

/// The terms of the debiased norm cancel but for their rounding.
constexpr double kSmallestDebiased = 1e-12;

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
  d.version = 2;  // another order of sums
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
  const double plain = is_linear_ ? cross_product(prepared->matrix, prepared->matrix).squaredNorm()
                                  : kernel_product(*prepared, *prepared);
  prepared->self = product(*prepared, *prepared, plain);
  const double smallest = is_debiased_ ? kSmallestDebiased : 0;
  if (!(prepared->self > smallest)) prepared->reason = Comparability::debiased_norm;
  return prepared;
}

double Cka::product(const Prepared& a, const Prepared& b, double plain) const {
  if (!is_debiased_) return plain;
  const auto n = static_cast<double>(a.matrix.rows());
  return plain - n / (n - 2) * a.diagonal.dot(b.diagonal) + a.diagonal.sum() * b.diagonal.sum() / ((n - 1) * (n - 2));
}

MeasureValue Cka::value_of(const Prepared& x, const Prepared& y, double plain) const {
  const double low = is_debiased_ ? -1 : 0;
  const double alignment = std::clamp(product(y, x, plain) / std::sqrt(x.self * y.self), low, 1.0);
  return {is_angular_ ? std::acos(alignment) : 1 - alignment};
}

MeasureValue Cka::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                          const MeasureContext& context) const {
  const PreparedPair pair{&a, &b};
  MeasureValue value;
  compare_all(std::span(&pair, 1), context.stop, std::span(&value, 1));
  return value;
}

void Cka::compare_all(std::span<const PreparedPair> pairs, const StopCheck& stop,
                      std::span<MeasureValue> values) const {
  struct Ordered {
    std::size_t index;
    const Prepared *first, *second;  ///< the same whichever comes first
    bool is_turned;
  };
  std::vector<Ordered> different;
  std::vector<MatrixPair> matrices;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto* x = &dynamic_cast<const Prepared&>(*pairs[i].a);
    const auto* y = &dynamic_cast<const Prepared&>(*pairs[i].b);
    expect_same_samples(x->matrix.rows(), y->matrix.rows());
    const bool has_value = x->reason == Comparability::comparable && y->reason == Comparability::comparable;
    values[i] = has_value ? MeasureValue{0} : no_value(x->reason == Comparability::comparable ? y->reason : x->reason);
    const bool is_turned = comes_before(y->matrix, x->matrix);
    if (!has_value || (!is_turned && !comes_before(x->matrix, y->matrix))) continue;
    matrices.push_back({&x->matrix, &y->matrix});
    if (is_turned) std::swap(x, y);
    different.push_back({i, x, y, is_turned});
  }
  if (!is_linear_) {
    for (const Ordered& pair : different)
      values[pair.index] = value_of(*pair.first, *pair.second, kernel_product(*pair.first, *pair.second));
    return;
  }
  for_each_product(matrices, stop, [&](std::size_t k, const ProductBlock& product) {
    const Ordered& pair = different[k];
    const MatrixXd ordered = pair.is_turned ? MatrixXd(product) : MatrixXd(product.transpose());
    values[pair.index] = value_of(*pair.first, *pair.second, ordered.squaredNorm());
  });
}

std::optional<CutBound> Cka::cut_bound(double tolerance) const {
  if (!is_linear_) return std::nullopt;
  // The kernel of what is missing has a norm of tolerance² (that of the units is 1), the debiased kernel one of 1e-6 at
  // least, or there is no value.
  const double angle = is_debiased_ ? std::asin(std::min(1.0, tolerance * tolerance / std::sqrt(kSmallestDebiased)))
                                    : std::asin(tolerance);
  return CutBound{2 * angle};
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
