#include <cohort/core/decompositions.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/cross_seed_sums.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/free_permutations.hpp>

#include "support/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace cohort {
namespace {

using testing::HasSubstr;

/// Factors "a", "b", ... with these numbers of levels, every cell in every seed.
FactorialLabels full_design(const std::vector<int>& n_levels, int n_seeds) {
  FactorialLabels labels;
  int n_runs = n_seeds;
  for (const int n : n_levels) n_runs *= n;
  int later = n_runs;
  for (std::size_t factor = 0; factor < n_levels.size(); ++factor) {
    later /= n_levels[factor];
    FactorLabels one{std::string(1, static_cast<char>('a' + factor)), {}, {}};
    for (int level = 0; level < n_levels[factor]; ++level) one.levels.push_back(std::to_string(level));
    for (int run = 0; run < n_runs; ++run) one.level_of.push_back(run / later % n_levels[factor]);
    labels.factors.push_back(one);
  }
  labels.block.name = "seed";
  for (int seed = 0; seed < n_seeds; ++seed) labels.block.levels.push_back(std::to_string(seed));
  for (int run = 0; run < n_runs; ++run) labels.block.level_of.push_back(run % n_seeds);
  return labels;
}

std::vector<std::size_t> runs_without(std::size_t n_runs, const std::vector<std::size_t>& missing) {
  std::vector<std::size_t> runs;
  for (std::size_t run = 0; run < n_runs; ++run)
    if (std::find(missing.begin(), missing.end(), run) == missing.end()) runs.push_back(run);
  return runs;
}

/// Distances that no points have: random, with an effect of the first factor and of the seed.
MatrixXd random_distances(const FactorialLabels& labels, std::uint64_t item) {
  RandomStream stream = RandomStream("test", "effects", 1).substream(item);
  const auto n = static_cast<Index>(labels.n_runs());
  MatrixXd distances = MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < i; ++j) {
      const auto k = static_cast<std::size_t>(i), m = static_cast<std::size_t>(j);
      const bool differs = labels.factors[0].level_of[k] != labels.factors[0].level_of[m];
      const bool is_seed_other = labels.block.level_of[k] != labels.block.level_of[m];
      distances(i, j) = distances(j, i) = 1 + 0.2 * differs + 0.1 * is_seed_other + stream.uniform();
    }
  return distances;
}

EffectTable effects(const MatrixXd& distances, const FactorialLabels& labels, const EffectOptions& options = {}) {
  return effects_of_distances(DistanceMatrixSquares(distances), labels, options);
}

EffectOptions without_tests(EffectModel model = EffectModel::block) {
  EffectOptions options;
  options.model = model;
  options.permutations = EffectPermutations::none;
  return options;
}

// --- an independent form: projectors from a QR of the dummy columns -------------------------------------------------

MatrixXd gower(const MatrixXd& distances) {
  const Index n = distances.rows();
  const MatrixXd centre = MatrixXd::Identity(n, n) - MatrixXd::Constant(n, n, 1.0 / static_cast<double>(n));
  return -0.5 * centre * distances.array().square().matrix() * centre;
}

MatrixXd projector(const FactorialLabels& labels, const std::vector<DesignTerm>& terms) {
  const auto n = static_cast<Index>(labels.n_runs());
  MatrixXd columns = MatrixXd::Ones(n, 1);
  for (const DesignTerm& term : terms) {
    const RunClasses classes = classes_of(labels, term.factors);
    MatrixXd dummies = MatrixXd::Zero(n, static_cast<Index>(classes.n_classes()));
    for (Index run = 0; run < n; ++run)
      dummies(run, static_cast<Index>(classes.class_of(static_cast<std::size_t>(run)))) = 1;
    columns.conservativeResize(n, columns.cols() + dummies.cols());
    columns.rightCols(dummies.cols()) = dummies;
  }
  const Eigen::JacobiSVD<MatrixXd> svd(columns, Eigen::ComputeThinU);
  const Index rank = (svd.singularValues().array() > 1e-9 * svd.singularValues()[0]).count();
  return svd.matrixU().leftCols(rank) * svd.matrixU().leftCols(rank).transpose();
}

TEST(Effects, agree_with_projectors_where_runs_cells_and_whole_pairs_are_missing) {
  const FactorialLabels full = full_design({2, 3, 2}, 4);
  // Cell a=0, b=2 does not occur at all, and single runs are missing: dummy columns depend on each other.
  std::vector<std::size_t> missing{3, 30, 41};
  for (std::size_t run = 0; run < full.n_runs(); ++run)
    if (full.factors[0].level_of[run] == 0 && full.factors[1].level_of[run] == 2) missing.push_back(run);
  const FactorialLabels labels = labels_of(full, runs_without(full.n_runs(), missing));
  const MatrixXd distances = random_distances(labels, 1), g = gower(distances);
  for (const EffectModel model : {EffectModel::main, EffectModel::block, EffectModel::two_way}) {
    const EffectTable table = effects(distances, labels, without_tests(model));
    const std::vector<DesignTerm> terms = terms_of(labels, model);
    std::vector<DesignTerm> earlier;
    double residual = g.trace();
    for (std::size_t i = 0; i < terms.size(); ++i) {
      std::vector<DesignTerm> with = earlier, others;
      with.push_back(terms[i]);
      const MatrixXd added = projector(labels, with) - projector(labels, earlier);
      EXPECT_NEAR(table.terms[i].sequential.ss, (added * g).trace(), 1e-11) << terms[i].name;
      residual -= (added * g).trace();
      earlier = with;
      for (const DesignTerm& other : terms)
        if (!other.contains(terms[i])) others.push_back(other);
      const MatrixXd without_it = projector(labels, others);
      others.push_back(terms[i]);
      const MatrixXd alone = projector(labels, others) - without_it;
      EXPECT_NEAR(table.terms[i].type2.ss, (alone * g).trace(), 1e-11) << terms[i].name;
      EXPECT_EQ(table.terms[i].df, std::lround(alone.trace())) << terms[i].name;
    }
    EXPECT_NEAR(table.residual_ss, residual, 1e-11);
  }
}

// --- an independent form: Delta and H written out -------------------------------------------------------------------

/// [cell x cell] mean of d² over runs of two cells of different seeds (`is_same`: of one seed) but `without`.
MatrixXd cell_means(const MatrixXd& distances, const FactorialLabels& labels, bool is_same, int without) {
  std::vector<std::size_t> all(labels.factors.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const RunClasses cells = classes_of(labels, all);
  const auto n_cells = static_cast<Index>(cells.n_classes());
  MatrixXd sums = MatrixXd::Zero(n_cells, n_cells), counts = sums;
  for (std::size_t i = 0; i < labels.n_runs(); ++i)
    for (std::size_t j = 0; j < labels.n_runs(); ++j) {
      const int s = labels.block.level_of[i], u = labels.block.level_of[j];
      if (s == without || u == without || (s == u) != is_same) continue;
      const auto row = static_cast<Index>(cells.class_of(i)), column = static_cast<Index>(cells.class_of(j));
      sums(row, column) += std::pow(distances(static_cast<Index>(i), static_cast<Index>(j)), 2);
      ++counts(row, column);
    }
  return sums.cwiseQuotient(counts);
}

/// The projector of a main effect on the table of cells.
MatrixXd main_effect(const FactorialLabels& labels, std::size_t factor) {
  const FactorialLabels cells = [&] {
    std::vector<int> n_levels;
    for (const FactorLabels& one : labels.factors) n_levels.push_back(static_cast<int>(one.levels.size()));
    return full_design(n_levels, 1);
  }();
  const auto n = static_cast<Index>(cells.n_runs());
  return projector(cells, {{"", {factor}}}) - MatrixXd::Constant(n, n, 1.0 / static_cast<double>(n));
}

double naive_share(const MatrixXd& distances, const FactorialLabels& labels, std::size_t factor, int without) {
  const MatrixXd delta = cell_means(distances, labels, false, without);
  return -(main_effect(labels, factor) * delta).trace() / (2 * static_cast<double>(delta.rows())) / (delta.mean() / 2);
}

TEST(Effects, share_across_seeds_as_their_definition_says) {
  const FactorialLabels full = full_design({2, 3}, 4);
  for (const std::vector<std::size_t>& missing : {std::vector<std::size_t>{}, {3, 10, 17}}) {
    const FactorialLabels labels = labels_of(full, runs_without(full.n_runs(), missing));
    const MatrixXd distances = random_distances(labels, 2);
    const EffectTable table = effects(distances, labels, without_tests());
    EXPECT_EQ(table.balanced, missing.empty());
    for (std::size_t factor = 0; factor < 2; ++factor) {
      const SeedShare& share = table.terms[factor].cross_seed;
      EXPECT_NEAR(share.estimate, naive_share(distances, labels, factor, -1), 1e-13);
      ASSERT_EQ(share.without_seed.size(), 4u);
      double mean = 0, squares = 0;
      for (int seed = 0; seed < 4; ++seed) {
        const double without = naive_share(distances, labels, factor, seed);
        EXPECT_NEAR(share.without_seed[static_cast<std::size_t>(seed)], without, 1e-13);
        mean += without / 4;
      }
      for (const double one : share.without_seed) squares += (one - mean) * (one - mean);
      EXPECT_NEAR(share.standard_error, std::sqrt(0.75 * squares), 1e-13);
      EXPECT_NEAR(share.high - share.estimate, 3.182446305284263 * share.standard_error, 1e-12);
    }
    const MatrixXd between = cell_means(distances, labels, false, -1), within = cell_means(distances, labels, true, -1);
    double shared = 0, n_shared = 0;
    for (Index a = 0; a < between.rows(); ++a)
      for (Index b = 0; b < a; ++b)
        if (!std::isnan(within(a, b))) shared += between(a, b) - within(a, b), ++n_shared;
    EXPECT_NEAR(table.same_seed.estimate, shared / n_shared / between.mean(), 1e-13);
  }
}

TEST(Effects, do_not_depend_on_the_order_of_the_runs) {
  const FactorialLabels labels = full_design({2, 3}, 5);
  const MatrixXd distances = random_distances(labels, 3);
  std::vector<std::size_t> order(labels.n_runs());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i * 7 % order.size();
  const EffectTable a = effects(distances, labels), b = effects(distances(order, order), labels_of(labels, order));
  for (std::size_t term = 0; term < a.terms.size(); ++term) {
    EXPECT_NEAR(a.terms[term].type2.ss, b.terms[term].type2.ss, 1e-12);
    if (a.terms[term].cross_seed.has_interval()) {
      EXPECT_NEAR(a.terms[term].cross_seed.low, b.terms[term].cross_seed.low, 1e-12);
    }
  }
}

// --- permutations
// -----------------------------------------------------------------------------------------------------

TEST(FreePermutations, give_the_f_of_the_permuted_distances) {
  const FactorialLabels full = full_design({3, 5, 2}, 6);  // 180 runs: three strips
  for (const std::vector<std::size_t>& missing : {std::vector<std::size_t>{}, {0, 5, 77, 120, 179}}) {
    const std::vector<std::size_t> runs = runs_without(full.n_runs(), missing);
    const FactorialLabels labels = labels_of(full, runs);
    const MatrixXd distances = random_distances(labels, 4);
    std::vector<std::vector<std::uint32_t>> arrangements(70, std::vector<std::uint32_t>(runs.size()));
    for (std::size_t i = 0; i < arrangements.size(); ++i) {
      std::iota(arrangements[i].begin(), arrangements[i].end(), 0u);
      RandomStream stream = RandomStream("test", "order", 1).substream(i);
      for (std::size_t left = runs.size(); left > 1; --left)
        std::swap(arrangements[i][left - 1], arrangements[i][stream.integer(left)]);
    }
    const DummyColumns columns(labels, terms_of(labels, EffectModel::main));
    const auto f = FreePermutations(DistanceMatrixSquares(distances), columns).f(arrangements);
    for (const std::size_t i : {std::size_t{0}, std::size_t{69}}) {
      const EffectTable table =
          effects(distances(arrangements[i], arrangements[i]), labels, without_tests(EffectModel::main));
      for (std::size_t term = 0; term < 4; ++term) {
        EXPECT_NEAR(f.sequential(static_cast<Index>(term), static_cast<Index>(i)), table.terms[term].sequential.f,
                    1e-11);
        EXPECT_NEAR(f.type2(static_cast<Index>(term), static_cast<Index>(i)), table.terms[term].type2.f, 1e-11);
      }
    }
  }
}

TEST(EffectTests, count_what_relabelling_within_seeds_would_give) {
  const FactorialLabels labels = full_design({2, 3}, 5);
  const MatrixXd distances = random_distances(labels, 5);
  EffectOptions options;
  options.alpha = 0.1;
  const EffectTable table = effects(distances, labels, options);
  // Factor a: 2^5 relabellings, by labels.
  int at_least = 0;
  for (unsigned bits = 0; bits < 32; ++bits) {
    FactorialLabels relabelled = labels;
    for (std::size_t run = 0; run < labels.n_runs(); ++run)
      if (bits >> labels.block.level_of[run] & 1) relabelled.factors[0].level_of[run] ^= 1;
    at_least += effects(distances, relabelled, without_tests()).terms[0].type2.ss >= table.terms[0].type2.ss - 1e-10;
  }
  EXPECT_EQ(table.terms[0].test, EffectTest::synchronized);
  EXPECT_TRUE(table.terms[0].all_permutations);
  EXPECT_EQ(table.terms[0].n_permutations, 32u);
  EXPECT_DOUBLE_EQ(table.terms[0].p, at_least / 32.0);
  EXPECT_DOUBLE_EQ(table.terms[0].p_floor, 1.0 / 16);
  EXPECT_DOUBLE_EQ(table.terms[1].p_floor, std::pow(6, -4));
  EXPECT_DOUBLE_EQ(table.terms[1].p * 7776, std::round(table.terms[1].p * 7776));
  // Holm over both.
  const double smaller = std::min(table.terms[0].p, table.terms[1].p);
  EXPECT_DOUBLE_EQ(std::min(table.terms[0].p_holm, table.terms[1].p_holm), std::min(1.0, 2 * smaller));
}

TEST(EffectTests, draw_relabellings_where_there_are_too_many) {
  const FactorialLabels labels = full_design({2, 3}, 6);
  const MatrixXd distances = random_distances(labels, 6);
  EffectOptions all, some;
  some.max_enumerated = 10;
  const EffectTable a = effects(distances, labels, all), b = effects(distances, labels, some);
  for (std::size_t factor = 0; factor < 2; ++factor) {
    EXPECT_FALSE(b.terms[factor].all_permutations);
    EXPECT_EQ(b.terms[factor].n_permutations, 10'000u);
    EXPECT_NEAR(a.terms[factor].p, b.terms[factor].p, 0.02);
    EXPECT_DOUBLE_EQ(b.terms[factor].p, effects(distances, labels, some).terms[factor].p);
  }
}

TEST(EffectTests, fall_back_on_studentized_permutations) {
  const FactorialLabels full = full_design({2, 3}, 4);
  const EffectTable few = effects(random_distances(full, 7), full);
  EXPECT_EQ(few.terms[0].test, EffectTest::studentized_within_cell);  // floor 1/8
  EXPECT_EQ(few.terms[1].test, EffectTest::synchronized);             // floor 1/216
  const FactorialLabels labels = labels_of(full, runs_without(full.n_runs(), {3}));
  const EffectTable missing = effects(random_distances(labels, 7), labels);
  for (std::size_t factor = 0; factor < 2; ++factor) {
    EXPECT_EQ(missing.terms[factor].test, EffectTest::studentized_within_cell);
    EXPECT_GT(missing.terms[factor].p, 0);
    EXPECT_LE(missing.terms[factor].p, 1);
  }
}

// Exchanges of labels, of which there are few, each with the t of its own table.
TEST(EffectTests, draw_what_all_exchanges_within_cells_would_give) {
  const FactorialLabels full = full_design({2, 2}, 4);
  for (const std::vector<std::size_t>& missing : {std::vector<std::size_t>{}, {6}}) {
    const FactorialLabels labels = labels_of(full, runs_without(full.n_runs(), missing));
    const MatrixXd distances = random_distances(labels, 8);
    const EffectTable table = effects(distances, labels);
    const RunClasses cells = occurring_classes_of(labels, {0, 2});
    double n = 0, at_least = 0;
    for (unsigned bits = 0; bits < 256; ++bits) {
      FactorialLabels exchanged = labels;
      for (std::size_t run = 0; run < labels.n_runs(); ++run)
        if (cells.runs(cells.class_of(run)).size() == 2 && bits >> cells.class_of(run) & 1)
          exchanged.factors[1].level_of[run] ^= 1;
      const double t = effects(distances, exchanged, without_tests()).terms[1].t_by_seed;
      at_least += t >= table.terms[1].t_by_seed - 1e-9;
      ++n;
    }
    const double p = at_least / n;
    EXPECT_EQ(table.terms[1].test, EffectTest::studentized_within_cell);
    EXPECT_GT(p, 0.01);
    EXPECT_LT(p, 0.99);
    EXPECT_NEAR(table.terms[1].p, p, 4 * std::sqrt(p * (1 - p) / 9999) + 1e-4) << missing.size();
  }
}

TEST(EffectTests, label_free_permutations_and_find_an_effect) {
  const FactorialLabels labels = full_design({2, 3}, 5);
  EffectOptions options;
  options.permutations = EffectPermutations::free;
  const EffectTable table = effects(random_distances(labels, 9), labels, options);
  for (const std::size_t term : {0u, 1u, 2u}) {
    EXPECT_EQ(table.terms[term].test, EffectTest::free);
    EXPECT_EQ(table.terms[term].n_permutations, 1000u);
  }
  EXPECT_LT(table.terms[0].p, 0.01);
  EXPECT_GT(table.terms[1].p, 0.01);
  EXPECT_EQ(table.terms[3].no_p, "the permuted model is additive");
}

// --- what is undefined
// ------------------------------------------------------------------------------------------------

TEST(Effects, say_why_there_is_no_interval) {
  const FactorialLabels two = full_design({2, 2}, 2);
  const EffectTable few = effects(random_distances(two, 10), two);
  EXPECT_FALSE(std::isnan(few.terms[0].cross_seed.estimate));
  EXPECT_TRUE(std::isnan(few.terms[0].cross_seed.low));
  EXPECT_EQ(few.terms[0].cross_seed.no_interval, "2 seeds; an interval needs 3");
  EXPECT_EQ(few.terms[0].no_p, "2 seeds; the test needs 3");

  const FactorialLabels one = full_design({2, 2}, 1);
  EXPECT_EQ(effects(random_distances(one, 10), one).terms[0].cross_seed.no_interval,
            "1 seed, so no pair of different seeds");

  FactorialLabels nameless = two;
  nameless.block = {};
  const EffectTable unknown = effects(random_distances(two, 10), nameless);
  EXPECT_EQ(unknown.terms[0].cross_seed.no_interval, "the seeds are not known");
  EXPECT_FALSE(std::isnan(unknown.terms[0].type2.f));

  // Three seeds, and one cell has two of them: without either, it has no pair with itself.
  const FactorialLabels full = full_design({2, 2}, 3);
  const FactorialLabels holes = labels_of(full, runs_without(full.n_runs(), {4}));
  const EffectTable table = effects(random_distances(holes, 10), holes);
  EXPECT_FALSE(std::isnan(table.terms[0].cross_seed.estimate));
  EXPECT_EQ(table.terms[0].cross_seed.no_interval, "without seed 0 there are no two seeds with a=0, b=1");
  EXPECT_EQ(table.terms[0].no_p, table.terms[0].cross_seed.no_interval);

  const FactorialLabels no_cell = labels_of(full, runs_without(full.n_runs(), {3, 4, 5}));
  EXPECT_EQ(effects(random_distances(no_cell, 10), no_cell).terms[0].cross_seed.no_interval,
            "there is no run with a=0, b=1");
}

TEST(Effects, say_why_there_is_no_f) {
  const FactorialLabels saturated = full_design({2, 2}, 1);
  const EffectTable table = effects(random_distances(saturated, 11), saturated);
  EXPECT_EQ(table.no_f, "the model has as many terms as there are runs: nothing is left to compare with");
  EXPECT_TRUE(std::isnan(table.terms[0].type2.f));
  EXPECT_FALSE(std::isnan(table.terms[0].type2.r2));
  const FactorialLabels labels = full_design({2, 2}, 3);
  EXPECT_EQ(effects(MatrixXd::Zero(12, 12), labels).undefined, "all distances are 0");
  EXPECT_EQ(effects_of_response(std::vector<double>(12, 0.1), labels).effects.undefined,
            "all runs have the same value");
}

TEST(Effects, refuse_labels_and_distances_that_are_none) {
  FactorialLabels labels = full_design({2, 2}, 3);
  MatrixXd distances = random_distances(labels, 12);
  distances(2, 7) = distances(7, 2) = std::nan("");
  EXPECT_THAT(test::user_error([&] { effects(distances, labels); }),
              HasSubstr("the distance of runs 2 and 7 is not a finite number"));
  EXPECT_THAT(test::user_error([&] { effects(distances.topLeftCorner(6, 6), labels); }),
              HasSubstr("distances of 6 runs and labels of 12"));
  labels.factors[0].levels.push_back("2");
  EXPECT_THAT(test::user_error([&] { check(labels); }), HasSubstr("no run has level '2' of factor 'a'"));
  labels.factors[0] = {"a", {"0"}, std::vector<int>(12, 0)};
  EXPECT_THAT(test::user_error([&] { check(labels); }), HasSubstr("factor 'a' has one level, '0'"));
  labels.factors[0] = labels.factors[1];
  EXPECT_THAT(test::user_error([&] { check(labels); }), HasSubstr("two factors are named 'b'"));
  EXPECT_THAT(test::user_error([&] {
                effects_of_response(std::vector<double>(12, std::nan("")), full_design({2, 2}, 3));
              }),
              HasSubstr("the value of run 0 is not a finite number"));
}

TEST(FactorialLabels, of_some_runs_keep_what_varies) {
  const FactorialLabels labels = labels_of(full_design({2, 3}, 2), {0, 1, 4, 5});
  ASSERT_EQ(labels.factors.size(), 1u);
  EXPECT_EQ(labels.factors[0].name, "b");
  EXPECT_EQ(labels.factors[0].levels, (std::vector<std::string>{"0", "2"}));
  EXPECT_EQ(labels.factors[0].level_of, (std::vector<int>{0, 0, 1, 1}));
  EXPECT_EQ(labels.block.level_of, (std::vector<int>{0, 1, 0, 1}));
}

// --- responses
// --------------------------------------------------------------------------------------------------------

TEST(LevelContrasts, compare_levels_only_where_they_meet) {
  const FactorialLabels full = full_design({2, 2}, 3);
  std::vector<double> all;
  for (std::size_t run = 0; run < full.n_runs(); ++run)
    all.push_back(10 * full.factors[1].level_of[run] +
                  full.factors[0].level_of[run] * (1 + 0.1 * full.block.level_of[run]));
  // Without (a=0, b=1, seed 2) the mean of a=0 would be 5 too small there.
  const std::vector<std::size_t> runs = runs_without(12, {5});
  std::vector<double> response;
  for (const std::size_t run : runs) response.push_back(all[run]);
  const LevelContrast contrast = effects_of_response(response, labels_of(full, runs)).contrasts.front();
  EXPECT_EQ(contrast.n_seeds, 3u);
  EXPECT_NEAR(contrast.difference, -1.1, 1e-12);
  EXPECT_NEAR(contrast.standard_error, 0.1 / std::sqrt(3.0), 1e-12);
}

TEST(Responses, of_any_few_runs_have_what_they_allow_and_no_error) {
  const FactorialLabels full = full_design({2, 2, 2}, 3);
  RandomStream stream("test", "few", 1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<std::size_t> runs;
    for (std::size_t run = 0; run < full.n_runs(); ++run)
      if (stream.uniform() < 0.25) runs.push_back(run);
    const FactorialLabels labels = labels_of(full, runs);
    if (labels.factors.empty() || runs.size() < 2) continue;
    std::vector<double> response(runs.size());
    for (double& value : response) value = stream.normal();
    EXPECT_NO_THROW(effects_of_response(response, labels)) << trial;
  }
}

TEST(Responses, keep_their_shares_with_an_offset) {
  const FactorialLabels labels = full_design({2, 3}, 4);
  std::vector<double> response, far;
  RandomStream stream("test", "response", 1);
  for (std::size_t run = 0; run < labels.n_runs(); ++run) {
    response.push_back(labels.factors[0].level_of[run] + stream.normal());
    far.push_back(response.back() + 1e6);
  }
  const ResponseTable a = effects_of_response(response, labels), b = effects_of_response(far, labels);
  for (std::size_t term = 0; term < a.effects.terms.size(); ++term)
    EXPECT_NEAR(a.effects.terms[term].type2.r2, b.effects.terms[term].type2.r2, 1e-9);
  EXPECT_NEAR(a.effects.terms[0].cross_seed.high, b.effects.terms[0].cross_seed.high, 1e-8);
}

}  // namespace
}  // namespace cohort
