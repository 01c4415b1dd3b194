#include <cohort/similarity/rsa.hpp>

#include "pairs.hpp"
#include "sample_distances.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  Index n_samples = 0;
  VectorXd direction{};  ///< dissimilarities as they are compared, of norm 1
  Comparability reason = Comparability::comparable;
};

/// The entries below the diagonal, column by column.
VectorXd condensed(const MatrixXd& matrix) {
  const Index n = matrix.rows();
  VectorXd vector(n * (n - 1) / 2);
  for (Index column = 0, first = 0; column < n; first += n - 1 - column, ++column)
    vector.segment(first, n - 1 - column) = matrix.col(column).tail(n - 1 - column);
  return vector;
}

/// Ranks from 1, equal values at the mean of theirs.
VectorXd ranks(const VectorXd& values) {
  std::vector<Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return values[a] < values[b]; });
  VectorXd result(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    for (end = first; end < order.size() && values[order[end]] == values[order[first]];) ++end;
    for (std::size_t i = first; i < end; ++i) result[order[i]] = static_cast<double>(first + end + 1) / 2;
  }
  return result;
}

bool has_flat_pattern(const MatrixXd& values) {
  for (const auto& pattern : values.rowwise())
    if (!((pattern.array() - pattern.mean()).matrix().norm() > 1e-12 * pattern.norm())) return true;
  return false;
}

}  // namespace

Description Rsa::description() {
  Description d;
  d.name = "rsa";
  d.summary = "representational similarity analysis: how differently two representations tell samples apart";
  d.equation =
      "1 − r of the dissimilarities of all pairs of samples: 1 − correlation over units, distance or its square; r = "
      "rank "
      "correlation, correlation, cosine, or cosine whitened (of −½ H D H; with squares it is linear cka). Symmetric, "
      "in [0, "
      "2], no metric. Test vector: X = [1; −1; 0], Y = [1; 0; −1], rdm=euclidean,compare=cosine: 1/6";
  d.reference =
      "Kriegeskorte, Mur & Bandettini 2008, doi:10.3389/neuro.06.004.2008; whitened: Diedrichsen et al. 2021, "
      "arXiv:2007.02789";
  d.parameters = {ParameterInfo::choice("rdm", "correlation", {"correlation", "euclidean", "squared_euclidean"},
                                        "dissimilarity of two samples"),
                  ParameterInfo::choice("compare", "spearman", {"spearman", "pearson", "cosine", "whitened"},
                                        "how dissimilarities are compared"),
                  ParameterInfo::choice("samples", "all", {"all", "conditions", "trajectories"},
                                        "what is told apart: samples; conditions by their mean over time, or by all "
                                        "their times in a row")
                      .later()};
  return d;
}

Rsa::Rsa(const Parameters& parameters)
    : rdm_(parameters.text("rdm") == "correlation" ? Rdm::correlation
           : parameters.text("rdm") == "euclidean" ? Rdm::euclidean
                                                   : Rdm::squared_euclidean),
      comparison_(parameters.text("compare") == "spearman"  ? Comparison::spearman
                  : parameters.text("compare") == "pearson" ? Comparison::pearson
                  : parameters.text("compare") == "cosine"  ? Comparison::cosine
                                                            : Comparison::whitened),
      patterns_(parameters.text("samples") == "all"          ? Patterns::samples
                : parameters.text("samples") == "conditions" ? Patterns::means
                                                             : Patterns::trajectories) {
  const double high = comparison_ == Comparison::cosine ? 1 : 2;
  set_range(high, high, high == 1 ? "1" : "2");
  traits_.has_reasons = true;
  traits_.reliability = Reliability::correlation;
  traits_.formula =
      "1 - " + parameters.text("compare") + " r of the " + parameters.text("rdm") + " dissimilarities of all pairs of ";
  traits_.formula += patterns_ == Patterns::samples ? "samples"
                     : patterns_ == Patterns::means ? "conditions, means over time"
                                                    : "conditions, all times in a row";
}

/// What is told apart, a row each; nothing where the conditions are not known or too few.
MatrixXd Rsa::patterns_of(const Representation& representation) const {
  MatrixXd values = scaled(representation.values()).values;
  if (patterns_ == Patterns::samples) return values;
  const Index n_conditions = representation.n_conditions(), n_times = representation.n_times();
  if (n_conditions < 3) return {};
  // A trajectory's times stand behind one another for each unit; where they stand makes no difference.
  MatrixXd patterns(n_conditions, patterns_ == Patterns::means ? values.cols() : n_times * values.cols());
  for (Index condition = 0; condition < n_conditions; ++condition) {
    const auto own = values.middleRows(condition * n_times, n_times);
    if (patterns_ == Patterns::means)
      patterns.row(condition) = own.colwise().mean();
    else
      patterns.row(condition) = MatrixXd(own).reshaped().transpose();
  }
  return patterns;
}

MatrixXd Rsa::dissimilarities(const MatrixXd& values) const {
  if (rdm_ != Rdm::correlation) {
    MatrixXd squares = squared_sample_distances(centred(values));
    return rdm_ == Rdm::euclidean ? MatrixXd(squares.cwiseSqrt()) : squares;
  }
  MatrixXd patterns = values.colwise() - values.rowwise().mean();
  patterns.rowwise().normalize();
  MatrixXd result = (1 - (patterns * patterns.transpose()).array()).matrix();
  result.diagonal().setZero();
  return result;
}

/// As it is compared; its cosine with another one is r.
VectorXd Rsa::vector_of(const MatrixXd& rdm) const {
  if (comparison_ == Comparison::whitened) return doubly_centred(-0.5 * rdm).reshaped();
  const VectorXd vector = condensed(rdm);
  if (comparison_ == Comparison::cosine) return vector;
  const VectorXd compared = comparison_ == Comparison::spearman ? ranks(vector) : vector;
  return compared.array() - compared.mean();
}

std::unique_ptr<PreparedRepresentation> Rsa::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  const MatrixXd values = patterns_of(representation);
  prepared->n_samples = representation.n_samples();
  if (values.size() == 0) {
    prepared->reason =
        representation.n_conditions() == 0 ? Comparability::conditions_unknown : Comparability::too_few_conditions;
    return prepared;
  }
  if (rdm_ == Rdm::correlation && has_flat_pattern(values)) {
    prepared->reason = Comparability::flat_pattern;
    return prepared;
  }
  const MatrixXd rdm = dissimilarities(values);
  prepared->direction = vector_of(rdm);
  const double norm = prepared->direction.norm();
  // Ranks of distances that differ by rounding alone would be drawn by lot.
  const bool is_centred = comparison_ == Comparison::spearman || comparison_ == Comparison::pearson;
  const VectorXd entries = condensed(rdm);
  const double spread = is_centred ? (entries.array() - entries.mean()).matrix().norm() : entries.norm();
  if (!(spread > 1e-12 * entries.norm()) || !(norm > 0))
    prepared->reason = values.rows() < 3 ? Comparability::too_few_samples : Comparability::equal_samples;
  else
    prepared->direction /= norm;
  return prepared;
}

MeasureValue Rsa::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                          const MeasureContext&) const {
  const auto& x = dynamic_cast<const Prepared&>(a);
  const auto& y = dynamic_cast<const Prepared&>(b);
  expect_same_samples(x.n_samples, y.n_samples);
  for (const auto* one : {&x, &y})
    if (one->reason != Comparability::comparable) return no_value(one->reason);
  if (x.direction == y.direction) return {0};
  return {std::clamp(1 - x.direction.dot(y.direction), 0.0, traits_.high)};
}

double Rsa::comparison_flops(Index n_samples, Index, Index) const {
  const auto samples = static_cast<double>(n_samples);
  return 10 * samples * samples;  // two vectors from memory
}

std::size_t Rsa::prepared_bytes(Index n_samples, Index n_units) const {
  const Index n_pairs = comparison_ == Comparison::whitened ? n_samples * n_samples : n_samples * (n_samples - 1) / 2;
  // The dissimilarities do not grow with the units, what they are made from does.
  return static_cast<std::size_t>(n_pairs + n_units) * sizeof(double);
}

}  // namespace cohort
