// Do the intervals of effect sizes cover what is true, and do the tests reject a true null as often as they say? The
// scenarios are those of networks: effects of factors that differ from seed to seed, and weights that rules share.

#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/free_permutations.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace cohort {
namespace {

constexpr int n_rules = 2, n_architectures = 3, n_initializations = 3;

/// Shares of the variance; the rest is of single networks.
struct Shares {
  double rule = .05, architecture = .30, initialization = .12, rule_architecture = .02, seed = .05, rule_seed = .05,
         architecture_seed = .08, weights = .08;
};

FactorialLabels design(int n_seeds) {
  FactorialLabels labels{
      {{"rule", {"0", "1"}, {}}, {"architecture", {"0", "1", "2"}, {}}, {"initialization", {"0", "1", "2"}, {}}},
      {"seed", {}, {}}};
  for (int seed = 0; seed < n_seeds; ++seed) labels.block.levels.push_back(std::to_string(seed));
  for (int run = 0; run < n_rules * n_architectures * n_initializations * n_seeds; ++run) {
    labels.factors[0].level_of.push_back(run / n_seeds / 9);
    labels.factors[1].level_of.push_back(run / n_seeds / 3 % 3);
    labels.factors[2].level_of.push_back(run / n_seeds % 3);
    labels.block.level_of.push_back(run % n_seeds);
  }
  return labels;
}

/// Distances of points in 12 dimensions of falling variance, with effects drawn anew: those of factors have exactly
/// their share among the levels, those of seeds and networks on average.
class Simulation {
 public:
  Simulation(const FactorialLabels& labels, const Shares& shares, std::uint64_t item)
      : labels_(labels), stream_(RandomStream("science", "effects", 1).substream(item)) {
    points_ = MatrixXd::Zero(12, static_cast<Index>(labels.n_runs()));
    add_fixed({0}, shares.rule);
    add_fixed({1}, shares.architecture);
    add_fixed({2}, shares.initialization);
    add_fixed_interaction(shares.rule_architecture);
    add_random({3}, shares.seed);
    add_random({0, 3}, shares.rule_seed);
    add_random({1, 3}, shares.architecture_seed);
    add_random({1, 2, 3}, shares.weights);
    add_random({0, 1, 2, 3}, 1 - shares.rule - shares.architecture - shares.initialization - shares.rule_architecture -
                                 shares.seed - shares.rule_seed - shares.architecture_seed - shares.weights);
  }

  MatrixXd distances() const {
    const VectorXd squares = points_.colwise().squaredNorm();
    MatrixXd distances = -2 * points_.transpose() * points_;
    distances.colwise() += squares;
    distances.rowwise() += squares.transpose();
    distances = distances.cwiseMax(0).cwiseSqrt().eval();
    distances.diagonal().setZero();
    return (distances + distances.transpose()) / 2;
  }

 private:
  /// [12 x n], each column of expected squared norm 1.
  MatrixXd drawn(Index n) {
    MatrixXd values(12, n);
    double norm = 0;
    for (Index k = 0; k < 12; ++k) norm += std::pow(.75, k);
    for (Index column = 0; column < n; ++column)
      for (Index k = 0; k < 12; ++k) values(k, column) = std::sqrt(std::pow(.75, k) / norm) * stream_.normal();
    return values;
  }
  void add(const RunClasses& classes, const MatrixXd& values) {
    for (Index run = 0; run < points_.cols(); ++run)
      points_.col(run) += values.col(static_cast<Index>(classes.class_of(static_cast<std::size_t>(run))));
  }
  void add_random(const std::vector<std::size_t>& factors, double share) {
    const RunClasses classes = classes_of(labels_, factors);
    add(classes, std::sqrt(share) * drawn(static_cast<Index>(classes.n_classes())));
  }
  void add_scaled(const RunClasses& classes, MatrixXd values, double share) {
    add(classes, values * std::sqrt(share / (values.squaredNorm() / static_cast<double>(values.cols()))));
  }
  void add_fixed(const std::vector<std::size_t>& factors, double share) {
    const RunClasses classes = classes_of(labels_, factors);
    MatrixXd values = drawn(static_cast<Index>(classes.n_classes()));
    values.colwise() -= values.rowwise().mean().eval();
    add_scaled(classes, std::move(values), share);
  }
  void add_fixed_interaction(double share) {
    MatrixXd values = drawn(n_rules * n_architectures);
    const MatrixXd all = values.rowwise().mean(), drawn_values = values;
    for (Index cell = 0; cell < values.cols(); ++cell) {
      const Index rule = cell / n_architectures, architecture = cell % n_architectures;
      values.col(cell) += all - drawn_values.middleCols(rule * n_architectures, n_architectures).rowwise().mean();
      for (Index other = 0; other < n_rules; ++other)
        values.col(cell) -= drawn_values.col(other * n_architectures + architecture) / n_rules;
    }
    add_scaled(classes_of(labels_, {0, 1}), std::move(values), share);
  }

  const FactorialLabels& labels_;
  RandomStream stream_;
  MatrixXd points_;
};

EffectOptions options_with(EffectPermutations permutations, std::uint64_t item) {
  EffectOptions options;
  options.permutations = permutations;
  options.n_random = options.n_free = 199;
  options.max_eigenvalue_runs = 0;
  options.stream_seed = item;
  return options;
}

bool covers(const SeedShare& share, double truth) { return share.low <= truth && truth <= share.high; }

/// Coverage of the intervals of architecture, rule and their difference in per cent, and the bias of plain R².
void print_coverage(int n_seeds, double missing, int n_sets) {
  const Shares shares;
  int architecture = 0, rule = 0, difference = 0, n_defined = 0;
  double width = 0, plain = 0, across = 0;
  const FactorialLabels full = design(n_seeds);
  for (int set = 0; set < n_sets; ++set) {
    const auto item = static_cast<std::uint64_t>(set);
    RandomStream holes = RandomStream("science", "holes", 1).substream(item);
    std::vector<std::size_t> runs;
    for (std::size_t run = 0; run < full.n_runs(); ++run)
      if (missing == 0 || holes.uniform() >= missing) runs.push_back(run);
    const FactorialLabels labels = labels_of(full, runs);
    const MatrixXd all = Simulation(full, shares, item).distances(), distances = all(runs, runs);
    const EffectTable table =
        effects_of_distances(DistanceMatrixSquares(distances), labels, options_with(EffectPermutations::none, item));
    const SeedShare& share = table.terms[1].cross_seed;
    if (!share.has_interval()) continue;
    ++n_defined;
    architecture += covers(share, shares.architecture);
    rule += covers(table.terms[0].cross_seed, shares.rule);
    for (const EffectDifference& one : table.differences)
      if (one.a == 1 && one.b == 0)
        difference += covers(one.share, shares.architecture - shares.rule);
      else if (one.a == 0 && one.b == 1)
        difference += covers(one.share, shares.rule - shares.architecture);
    width += share.high - share.low;
    plain += table.terms[1].type2.r2 - shares.architecture;
    across += share.estimate - shares.architecture;
  }
  const auto percent = [&](double value) { return 100 * value / n_defined; };
  fmt::print("| {} seeds{} | {:.1f} | {:.1f} | {:.1f} | {:.2f} | {:+.3f} | {:+.3f} | {} |\n", n_seeds,
             missing > 0 ? fmt::format(", {:.0f} % missing", 100 * missing) : "", percent(architecture), percent(rule),
             percent(difference), width / n_defined, plain / n_defined, across / n_defined, n_defined);
  for (const int covered : {architecture, rule, difference}) {
    EXPECT_GT(percent(covered), 92.5);
    EXPECT_LT(percent(covered), 99);
  }
  EXPECT_LT(std::abs(across / n_defined), 0.006);
  EXPECT_GT(plain / n_defined, 0.005);
}

TEST(EffectScience, intervals_cover_what_is_true) {
  fmt::print(
      "| 95 % intervals | architecture (.30) | rule (.05) | architecture - rule | mean width | bias of R² | "
      "bias of share | data sets |\n|---|---|---|---|---|---|---|---|\n");
  for (const int n_seeds : {3, 5, 10}) print_coverage(n_seeds, 0, 1000);
  print_coverage(5, 0.1, 1000);
}

/// p of the rule when its levels are exchanged within cells and F has the pooled residual: what must not be done.
double pooled_p(const MatrixXd& distances, const FactorialLabels& labels, std::uint64_t item) {
  std::vector<std::vector<std::uint32_t>> arrangements(200, std::vector<std::uint32_t>(labels.n_runs()));
  const std::uint32_t half = static_cast<std::uint32_t>(labels.n_runs() / 2);
  RandomStream stream = RandomStream("science", "exchanges", 1).substream(item);
  for (std::size_t i = 0; i < arrangements.size(); ++i)
    for (std::uint32_t run = 0; run < half; ++run) {
      const bool is_exchanged = i > 0 && stream.uniform() < 0.5;
      arrangements[i][run] = is_exchanged ? run + half : run;
      arrangements[i][run + half] = is_exchanged ? run : run + half;
    }
  const DummyColumns columns(labels, terms_of(labels, EffectModel::main));
  const MatrixXd f = FreePermutations(DistanceMatrixSquares(distances), columns).f(arrangements).type2;
  return static_cast<double>((f.row(0).array() >= f(0, 0) - 1e-9).count()) / 200;
}

/// Share of p <= .05 of the rule, which has no effect on average but one in every seed.
void print_level(int n_seeds, int n_sets) {
  Shares shares;
  shares.rule = shares.rule_architecture = 0;
  shares.rule_seed = .06;
  const FactorialLabels labels = design(n_seeds);
  int ours = 0, free = 0, pooled = 0;
  EffectTest test = EffectTest::none;
  for (int set = 0; set < n_sets; ++set) {
    const auto item = static_cast<std::uint64_t>(10'000 + set);
    const MatrixXd distances = Simulation(labels, shares, item).distances();
    const DistanceMatrixSquares squares(distances);
    const EffectTable table =
        effects_of_distances(squares, labels, options_with(EffectPermutations::synchronized, item));
    test = table.terms[0].test;
    ours += table.terms[0].p <= 0.05;
    free += effects_of_distances(squares, labels, options_with(EffectPermutations::free, item)).terms[0].p <= 0.05;
    pooled += pooled_p(distances, labels, item) <= 0.05;
  }
  const auto share = [&](int n) { return static_cast<double>(n) / n_sets; };
  fmt::print("| {} seeds | {:.3f} ({}) | {:.3f} | {:.3f} | {} |\n", n_seeds, share(ours),
             test == EffectTest::synchronized ? "synchronized" : "within cell, studentized", share(free), share(pooled),
             n_sets);
  EXPECT_LT(share(ours), 0.085);
  EXPECT_GT(share(ours), test == EffectTest::synchronized ? 0.01 : 0.02);
  EXPECT_GT(share(pooled), 0.4);
}

TEST(EffectScience, tests_keep_their_level_where_the_usual_one_does_not) {
  fmt::print(
      "| share of p <= .05, no effect on average | this test | free permutations | within cell, pooled F | "
      "data sets |\n|---|---|---|---|---|\n");
  for (const int n_seeds : {4, 6, 10}) print_level(n_seeds, 400);
}

}  // namespace
}  // namespace cohort
