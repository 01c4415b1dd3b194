#include <cohort/similarity/linear_predictivity.hpp>

#include "fold_regression.hpp"
#include "pairs.hpp"

#include <algorithm>
#include <optional>

namespace cohort {

namespace {

struct Prepared final : PreparedRepresentation {
  MatrixXd values{};
  Index n_conditions = 0;                      ///< 0: unknown
  std::optional<FoldRegression> regression{};  ///< where conditions are known
};

/// Where the conditions are known, three at least.
FoldRegression regression_of(const MatrixXd& values, Index n_conditions, Index n_folds) {
  const ConditionFolds folds(n_conditions, values.rows() / n_conditions, std::min(n_folds, n_conditions));
  std::vector<std::vector<Index>> samples;
  for (Index fold = 0; fold < folds.n_folds(); ++fold) samples.push_back(folds.test(fold));
  return FoldRegression(values, std::move(samples));
}

constexpr Index kFewestConditions = 3;

MeasureValue value_of(const FoldRegression::Score& score, bool is_correlation) {
  if (!(score.total > 0)) return no_value(Comparability::equal_samples);
  return {is_correlation ? 1 - score.r2.mean() : score.error / score.total};
}

}  // namespace

Description LinearPredictivity::description() {
  Description d;
  d.name = "linear_predictivity";
  d.summary = "1 - R² of a ridge regression from one representation to the other, scored on conditions it never saw";
  d.equation =
      "1 − R², R² = 1 − Σ|Y − Ŷ|² / Σ|Y − Ȳ|² over folds of conditions; the penalty, 10^k λmax, k = −6, ..., 3, is "
      "chosen by "
      "leaving out each of the folds fitted on. Not symmetric, no metric, from 0 on; 1: no better than the mean. Test "
      "vector: X = Y = [1; 2; 3; 4], four conditions: below 1e-5";
  d.reference = "Yamins et al. 2014, doi:10.1073/pnas.1403112111; Schrimpf et al. 2018, doi:10.1101/407007";
  d.version = 2;  // penalties are chosen by sums of products
  d.parameters = {
      ParameterInfo::choice("direction", "forward", {"forward", "reverse"},
                            "the first predicts the second (a network the recording), or the other way round"),
      ParameterInfo::integer("folds", 5, kFewestConditions, 1000, "folds",
                             "of conditions; no more than there are conditions"),
      ParameterInfo::choice("score", "R2", {"R2", "r2"},
                            "1 − Σ|Y − Ŷ|²/Σ|Y − Ȳ|², or the squared correlation of Y and Ŷ, mean over units")
          .later()};
  return d;
}

LinearPredictivity::LinearPredictivity(const Parameters& parameters)
    : folds_(static_cast<Index>(parameters.integer("folds"))),
      is_reverse_(parameters.text("direction") == "reverse"),
      is_correlation_(parameters.text("score") == "r2") {
  traits_.is_symmetric = false;
  traits_.needs_folds = true;
  traits_.least_conditions = kFewestConditions;
  traits_.has_alignment = true;
  traits_.has_reasons = true;
  traits_.reliability = Reliability::explained_variance;
  traits_.formula = is_reverse_ ? "1 - R2 of a ridge regression of X on Y" : "1 - R2 of a ridge regression of Y on X";
  if (is_correlation_) traits_.formula.replace(4, 2, "mean squared correlation with the prediction");
  traits_.formula += ", over folds of conditions, with the penalty that is best inside each fit";
}

std::unique_ptr<PreparedRepresentation> LinearPredictivity::prepare(const Representation& representation) const {
  auto prepared = std::make_unique<Prepared>();
  prepared->values = centred(scaled(representation.values()).values);
  prepared->n_conditions = representation.n_conditions();
  if (prepared->n_conditions >= kFewestConditions)
    prepared->regression.emplace(regression_of(prepared->values, prepared->n_conditions, folds_));
  return prepared;
}

MeasureValue LinearPredictivity::compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                                         const MeasureContext& context) const {
  const auto& from = dynamic_cast<const Prepared&>(is_reverse_ ? b : a);
  const auto& to = dynamic_cast<const Prepared&>(is_reverse_ ? a : b);
  expect_same_samples(from.values.rows(), to.values.rows());
  const Index n_conditions = std::max(from.n_conditions, to.n_conditions);
  if (n_conditions < kFewestConditions) return no_value(Comparability::too_few_conditions);
  const FoldRegression::Score score =
      from.regression ? from.regression->score(to.values, context.stop)
                      : regression_of(from.values, n_conditions, folds_).score(to.values, context.stop);
  return value_of(score, is_correlation_);
}

MeasureValue LinearPredictivity::left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                                          const StopCheck& stop) const {
  expect_same_samples(a.n_samples(), b.n_samples());
  if (folds.n_folds() < kFewestConditions) return no_value(Comparability::too_few_conditions);
  const Representation &from = is_reverse_ ? b : a, &to = is_reverse_ ? a : b;
  std::vector<std::vector<Index>> samples;
  for (Index fold = 0; fold < folds.n_folds(); ++fold) samples.push_back(folds.test(fold));
  const FoldRegression regression(centred(scaled(from.values()).values), std::move(samples));
  return value_of(regression.score(centred(scaled(to.values()).values), stop), is_correlation_);
}

double LinearPredictivity::comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const {
  const double samples = static_cast<double>(n_samples), folds = static_cast<double>(folds_);
  const auto from = static_cast<double>(is_reverse_ ? n_units_b : n_units_a);
  const auto to = static_cast<double>(is_reverse_ ? n_units_a : n_units_b);
  const double fits = folds * (folds - 1) / 2;
  return 2 * from * to * (2 * samples + fits * (3 * from + to) + 2 * folds * from);
}

std::size_t LinearPredictivity::prepared_bytes(Index n_samples, Index n_units) const {
  const Index n_fits = folds_ * (folds_ + 1) / 2, n_squares = folds_ * folds_;
  return static_cast<std::size_t>(2 * n_samples * n_units + (n_fits + n_squares) * n_units * (n_units + 2)) *
         sizeof(double);
}

}  // namespace cohort
