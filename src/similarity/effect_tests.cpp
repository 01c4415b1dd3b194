#include "effect_tests.hpp"

#include "distance_rows.hpp"
#include "distributions.hpp"
#include "within_cell_test.hpp"

#include <cohort/similarity/free_permutations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace cohort {
namespace {

/// Above so many runs the within-cell test takes a tenth of the arrangements, or is not made: each costs all pairs.
constexpr std::size_t max_runs_of_all_arrangements = 250, max_runs_of_any = 2'000;

RandomStream stream_of(const EffectOptions& options, const std::string& test, const std::string& term) {
  return RandomStream(options.stream_name, test + " " + term, options.stream_seed);
}

void put(const PermutationCount& count, EffectTest test, double floor, EffectTerm& term) {
  term.test = test;
  term.p = count.p();
  term.p_floor = count.all ? floor : std::max(floor, 1 / static_cast<double>(count.n));
  term.n_permutations = count.n;
  term.all_permutations = count.all;
}

/// What stands in the way of the within-cell test; empty for nothing.
std::string why_not_within_cells(const EffectTerm& term, const EffectTable& table) {
  if (table.n_seeds < 3) return fmt::format("{} seeds; the test needs 3", table.n_seeds);
  if (!term.cross_seed.has_interval()) return term.cross_seed.no_interval;
  if (std::isnan(term.t_by_seed)) return "the effect is the same in all seeds";
  if (table.n_runs > max_runs_of_any)
    return fmt::format("permutations within cells are made for up to {} runs", max_runs_of_any);
  return {};
}

void put_seed_tests(const SquaredDistances& distances, const FactorialLabels& labels, const EffectOptions& options,
                    const std::vector<SynchronizedTest>& synchronized, EffectTable& table) {
  std::optional<MatrixXd> squares;
  for (std::size_t factor = 0; factor < labels.factors.size(); ++factor) {
    EffectTerm& term = table.terms[factor];
    if (!synchronized.empty() && synchronized[factor].floor() <= options.alpha) {
      put(synchronized[factor].count(term.type2.ss, table.total_ss, options.max_enumerated, options.n_random,
                                     stream_of(options, "synchronized", term.name)),
          EffectTest::synchronized, synchronized[factor].floor(), term);
      continue;
    }
    term.no_p = why_not_within_cells(term, table);
    if (!term.no_p.empty()) continue;
    if (!squares) squares = matrix_of(distances);
    const WithinCellTest test(*squares, labels, factor);
    const std::size_t n = table.n_runs > max_runs_of_all_arrangements ? options.n_random / 10 : options.n_random;
    put(test.count(n, stream_of(options, "within cells", term.name)), EffectTest::studentized_within_cell,
        1 / test.n_arrangements(), term);
  }
}

/// All runs permuted: main effects and the block, in the additive model.
void put_free_tests(const SquaredDistances& distances, const FactorialLabels& labels, const EffectOptions& options,
                    EffectTable& table) {
  const DummyColumns columns(labels, terms_of(labels, EffectModel::main));
  std::vector<std::vector<std::uint32_t>> arrangements(options.n_free + 1);
  arrangements.front().resize(table.n_runs);
  std::iota(arrangements.front().begin(), arrangements.front().end(), 0u);
  const RandomStream stream = stream_of(options, "free", "");
  for (std::size_t i = 1; i < arrangements.size(); ++i) {
    RandomStream numbers = stream.substream(i - 1);
    arrangements[i] = arrangements.front();
    for (std::size_t left = arrangements[i].size(); left > 1; --left)
      std::swap(arrangements[i][left - 1], arrangements[i][numbers.integer(left)]);
  }
  const MatrixXd f = FreePermutations(distances, columns).f(arrangements).type2;
  for (std::size_t term = 0; term < columns.terms().size(); ++term) {
    const auto row = f.row(static_cast<Index>(term)).array();
    if (std::isnan(row[0])) {
      table.terms[term].no_p = "its F is undefined";
      continue;
    }
    const double bound = row[0] - 1e-9 * std::abs(row[0]);
    PermutationCount count{0, arrangements.size(), false};
    for (const double one : row) count.at_least += one < bound ? 0 : 1;
    put(count, EffectTest::free, 0, table.terms[term]);
  }
}

void put_holm(std::size_t n_factors, EffectTable& table) {
  std::vector<double> p;
  for (std::size_t factor = 0; factor < n_factors; ++factor) p.push_back(table.terms[factor].p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t factor = 0; factor < n_factors; ++factor) table.terms[factor].p_holm = adjusted[factor];
}

}  // namespace

void put_tests(const SquaredDistances& distances, const FactorialLabels& labels, const EffectOptions& options,
               const std::vector<SynchronizedTest>& synchronized, EffectTable& table) {
  const std::size_t n_factors = labels.factors.size();
  const bool is_free = options.permutations == EffectPermutations::free;
  for (std::size_t term = 0; term < table.terms.size(); ++term) {
    if (options.permutations == EffectPermutations::none)
      table.terms[term].no_p = "not asked for";
    else if (table.terms[term].factors.size() > 1)
      table.terms[term].no_p = is_free ? "the permuted model is additive" : "interactions are judged by their interval";
    else if (term >= n_factors && !is_free)
      table.terms[term].no_p = "the seed is a block";
  }
  if (options.permutations == EffectPermutations::synchronized)
    put_seed_tests(distances, labels, options, synchronized, table);
  if (is_free) put_free_tests(distances, labels, options, table);
  put_holm(n_factors, table);
}

}  // namespace cohort
