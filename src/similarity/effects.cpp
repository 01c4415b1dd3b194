#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/cross_seed_sums.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/free_permutations.hpp>
#include <cohort/similarity/partition.hpp>

#include "distance_rows.hpp"
#include "distributions.hpp"
#include "effect_tests.hpp"
#include "jackknife.hpp"
#include "level_contrasts.hpp"
#include "synchronized_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

namespace cohort {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What one pass over the rows gathers.
struct Gathered {
  Partition partition;
  std::unique_ptr<DesignCells> cells{};  ///< where the sums across seeds look
  std::unique_ptr<CrossSeedSums> cross_seed{};
  std::vector<SynchronizedTest> synchronized{};  ///< [factor]; none unless balanced
};

std::string why_no_cells(const FactorialLabels& labels) {
  if (!labels.has_block()) return "the seeds are not known";
  if (DesignCells::n_cells_of(labels) > labels.n_runs())
    return fmt::format("the factors have more combinations than there are runs ({})", labels.n_runs());
  return {};
}

/// Everything that is to be gathered, still empty.
Gathered prepared(const FactorialLabels& labels, const EffectOptions& options) {
  const std::vector<DesignTerm> terms = terms_of(labels, options.model);
  Gathered gathered{Partition(DummyColumns(labels, terms))};
  if (!why_no_cells(labels).empty()) return gathered;
  gathered.cells = std::make_unique<DesignCells>(labels);
  const DesignCells& cells = *gathered.cells;
  if (!cells.is_balanced()) {
    gathered.cross_seed = cell_pair_sums(cells, terms);
    return gathered;
  }
  gathered.cross_seed = std::make_unique<SeedPairSums>(cells, terms);
  if (options.permutations == EffectPermutations::synchronized)
    for (std::size_t factor = 0; factor < labels.factors.size(); ++factor)
      gathered.synchronized.emplace_back(labels, factor);
  return gathered;
}

void gather(const SquaredDistances& distances, bool is_response, Gathered& gathered) {
  if (is_response && !gathered.cross_seed) return;  // its sums of squares need no pairs
  for_each_row(distances, [&](std::size_t run, const double* squares) {
    if (!is_response) gathered.partition.add_row(run, squares);
    if (gathered.cross_seed) gathered.cross_seed->add_row(run, squares);
    for (SynchronizedTest& test : gathered.synchronized) test.add_row(run, squares);
  });
}

SumOfSquares sum_of_squares(const Partition::Part& part, const EffectTable& table) {
  SumOfSquares sum;
  const double n = static_cast<double>(table.n_runs), df = part.df;
  sum.ss = part.ss;
  sum.r2 = part.ss / table.total_ss;
  if (part.df > 0) sum.ms = part.ss / df;
  if (table.residual_df <= 0) return sum;
  const double residual_ms = table.residual_ss / table.residual_df;
  sum.omega2 = (part.ss - df * residual_ms) / (table.total_ss + residual_ms);
  sum.partial_eta2 = part.ss / (part.ss + table.residual_ss);
  sum.partial_omega2 = (part.ss - df * residual_ms) / (part.ss + (n - df) * residual_ms);
  if (table.no_f.empty() && part.df > 0) sum.f = sum.ms / residual_ms;
  return sum;
}

void put_residual(const std::vector<Partition::Part>& parts, EffectTable& table) {
  table.residual_ss = table.total_ss;
  table.residual_df = static_cast<double>(table.n_runs) - 1;
  for (const Partition::Part& part : parts) {
    table.residual_ss -= part.ss;
    table.residual_df -= part.df;
  }
  if (table.residual_df <= 0)
    table.no_f = "the model has as many terms as there are runs: nothing is left to compare with";
  else if (std::abs(table.residual_ss) <= 1e-13 * table.total_ss)
    table.no_f = "the model leaves nothing to compare with";
  else if (table.residual_ss < 0)
    table.no_f = "the residual sum of squares is negative, which distances that are not Euclidean may have";
}

/// Names, degrees of freedom, types I and II.
void put_sums_of_squares(const Partition& partition, bool is_balanced, EffectTable& table) {
  table.total_ss = partition.total();
  const std::vector<DesignTerm>& terms = partition.terms();
  std::vector<std::size_t> order(terms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<Partition::Part> parts = partition.sequential(order);
  put_residual(parts, table);
  for (std::size_t term = 0; term < terms.size(); ++term) {
    // Terms of balanced designs are orthogonal: the order does not matter.
    const Partition::Part type2 = is_balanced ? parts[term] : partition.type2(term);
    EffectTerm effect;
    effect.name = terms[term].name;
    effect.factors = terms[term].factors;
    effect.df = type2.df;
    effect.sequential = sum_of_squares(parts[term], table);
    effect.type2 = sum_of_squares(type2, table);
    table.terms.push_back(std::move(effect));
  }
}

SeedShare no_share(const std::string& why) {
  SeedShare share;
  share.no_interval = why;
  return share;
}

bool has_block(const EffectTerm& term, const FactorialLabels& labels) {
  return term.factors.back() >= labels.factors.size();
}

/// Shares across seeds of all terms, of all of them together, of the seed, and of differences of main effects.
void put_shares(const CrossSeedEstimates& estimates, const FactorialLabels& labels, EffectTable& table) {
  table.total_variance = estimates.all.undefined.empty() ? estimates.all.total : nan;
  const auto share_of = [](std::size_t term) {
    return [term](const CrossSeedVariances& one) { return one.terms[term] / one.total; };
  };
  for (std::size_t term = 0; term < table.terms.size(); ++term) {
    EffectTerm& effect = table.terms[term];
    if (has_block(effect, labels)) {
      effect.cross_seed = no_share("the seed is a block: see what networks of one seed share");
      continue;
    }
    effect.cross_seed = jackknife(estimates, share_of(term));
    if (!estimates.all.undefined.empty()) continue;
    const SeedShare variance = jackknife(estimates, [&](const auto& one) { return one.terms[term]; });
    effect.variance = variance.estimate;
    if (variance.standard_error > 0) effect.t_by_seed = variance.estimate / variance.standard_error;
  }
  table.same_seed = jackknife(estimates, [](const auto& one) { return one.same_seed / one.total; });
  table.all_cells = jackknife(estimates, [](const auto& one) { return one.all_cells / one.total; });
  for (std::size_t a = 0; a < labels.factors.size(); ++a)
    for (std::size_t b = a + 1; b < labels.factors.size(); ++b) {
      const bool is_larger = table.terms[b].cross_seed.estimate > table.terms[a].cross_seed.estimate;
      const std::size_t more = is_larger ? b : a, less = is_larger ? a : b;
      table.differences.push_back({more, less, jackknife(estimates, [&](const auto& one) {
                                     return (one.terms[more] - one.terms[less]) / one.total;
                                   })});
    }
}

void put_no_shares(const std::string& why, const FactorialLabels& labels, EffectTable& table) {
  for (EffectTerm& term : table.terms) term.cross_seed = no_share(why);
  table.same_seed = table.all_cells = no_share(why);
  for (std::size_t a = 0; a < labels.factors.size(); ++a)
    for (std::size_t b = a + 1; b < labels.factors.size(); ++b) table.differences.push_back({a, b, no_share(why)});
}

/// sum |λ-| / sum |λ| of Gower's matrix; a 10^12th of the largest is rounding.
double negative_share_of(const SquaredDistances& distances) {
  MatrixXd gower = matrix_of(distances);
  const VectorXd means = gower.colwise().mean();
  gower.colwise() -= means;
  gower.rowwise() -= means.transpose();
  gower.array() += means.mean();
  gower *= -0.5;
  const Eigen::ArrayXd values =
      Eigen::SelfAdjointEigenSolver<MatrixXd>(gower, Eigen::EigenvaluesOnly).eigenvalues().array();
  const double rounding = 1e-12 * values.abs().maxCoeff();
  const double negative = (values < -rounding).select(-values, 0.0).sum();
  return negative / values.abs().sum();
}

EffectTable table_of(const SquaredDistances& distances, std::span<const double> centred_response,
                     const FactorialLabels& labels, const EffectOptions& options) {
  const bool is_response = !centred_response.empty();
  EffectTable table;
  table.n_runs = labels.n_runs();
  table.n_seeds = labels.block.levels.size();
  table.n_cells = DesignCells::n_cells_of(labels);
  Gathered gathered = prepared(labels, options);
  table.balanced = gathered.cells && gathered.cells->is_balanced();
  if (is_response) gathered.partition.set_response(centred_response);
  gather(distances, is_response, gathered);
  if (!(gathered.partition.total() > 0)) {
    table.undefined = is_response ? "all runs have the same value" : "all distances are 0";
    return table;
  }
  put_sums_of_squares(gathered.partition, table.balanced, table);
  if (gathered.cross_seed)
    put_shares(estimates_of(*gathered.cross_seed, table.n_seeds), labels, table);
  else
    put_no_shares(why_no_cells(labels), labels, table);
  put_tests(distances, labels, options, gathered.synchronized, table);
  if (!is_response && table.n_runs <= options.max_eigenvalue_runs) table.negative_share = negative_share_of(distances);
  return table;
}

void put_f_tests(EffectTable& table) {
  for (EffectTerm& term : table.terms)
    for (SumOfSquares* sum : {&term.sequential, &term.type2}) sum->p_f = f_at_least(sum->f, term.df, table.residual_df);
}

}  // namespace

EffectTable effects_of_distances(const SquaredDistances& distances, const FactorialLabels& labels,
                                 const EffectOptions& options) {
  check(labels);
  if (distances.size() != labels.n_runs())
    throw UserError(fmt::format("there are distances of {} runs and labels of {}", distances.size(), labels.n_runs()));
  return table_of(distances, {}, labels, options);
}

ResponseTable effects_of_response(std::span<const double> response, const FactorialLabels& labels,
                                  const EffectOptions& options) {
  check(labels);
  if (response.size() != labels.n_runs())
    throw UserError(fmt::format("there are values of {} runs and labels of {}", response.size(), labels.n_runs()));
  for (std::size_t run = 0; run < response.size(); ++run)
    if (!std::isfinite(response[run])) throw UserError(fmt::format("the value of run {} is not a finite number", run));
  // A copy: how Eigen adds up foreign memory depends on where it lies.
  const VectorXd values = Eigen::Map<const VectorXd>(response.data(), static_cast<Index>(response.size()));
  VectorXd centred = values.array() - values.mean();
  centred.array() -= centred.mean();
  // What an offset leaves of a constant is rounding.
  if (centred.norm() <= 1e-13 * values.norm()) centred.setZero();
  const std::span<const double> kept(centred.data(), response.size());
  ResponseTable result{table_of(ResponseSquares(kept), kept, labels, options), {}};
  if (!result.effects.undefined.empty()) return result;
  put_f_tests(result.effects);
  result.contrasts = level_contrasts(response, labels);
  return result;
}

}  // namespace cohort
