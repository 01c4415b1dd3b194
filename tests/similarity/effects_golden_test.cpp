// Effect sizes beside vegan's adonis2, R's anova and an independent NumPy computation (golden/effects.json).

#include <cohort/similarity/cross_seed_sums.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/similarity/free_permutations.hpp>
#include <cohort/similarity/partition.hpp>

#include "support/sanitizers.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

namespace cohort {
namespace {

using nlohmann::json;

const char* const golden_file = "golden/effects.json";

const json& golden() {
  static const json read = [] {
    std::ifstream file(test::shared_file(golden_file));
    return json::parse(file);
  }();
  return read;
}

struct GoldenCase {
  std::string name;
  FactorialLabels labels{};
  MatrixXd distances{};
  std::vector<std::size_t> runs{};

  bool is_balanced() const { return labels.n_runs() == 48; }
  const json& expected() const { return golden()["cases"][name]; }
};

/// Rule slowest, seed fastest.
FactorialLabels full_labels() {
  FactorialLabels labels{
      {{"rule", {"0", "1"}, {}}, {"architecture", {"0", "1"}, {}}, {"initialization", {"0", "1", "2"}, {}}},
      {"seed", {"0", "1", "2", "3"}, {}}};
  for (int run = 0; run < 48; ++run) {
    labels.factors[0].level_of.push_back(run / 24);
    labels.factors[1].level_of.push_back(run / 12 % 2);
    labels.factors[2].level_of.push_back(run / 4 % 3);
    labels.block.level_of.push_back(run % 4);
  }
  return labels;
}

std::vector<std::size_t> runs_of(bool is_balanced) {
  std::vector<std::size_t> missing, runs;
  if (!is_balanced) golden()["design"]["missing_runs_of_the_unbalanced_design"].get_to(missing);
  for (std::size_t run = 0; run < 48; ++run)
    if (std::find(missing.begin(), missing.end(), run) == missing.end()) runs.push_back(run);
  return runs;
}

GoldenCase golden_case(const std::string& name) {
  const bool is_balanced = name.find("unbalanced") == std::string::npos;
  GoldenCase one{name};
  one.runs = runs_of(is_balanced);
  one.labels = labels_of(full_labels(), one.runs);
  const json& lower = golden()["distances"][name.substr(0, name.find('_'))];
  MatrixXd all = MatrixXd::Zero(48, 48);
  std::size_t next = 0;
  for (Index row = 1; row < 48; ++row)
    for (Index column = 0; column < row; ++column) all(row, column) = all(column, row) = lower[next++];
  one.distances = all(one.runs, one.runs);
  return one;
}

void expect_close(double actual, const json& expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(actual, expected.get<double>(), tolerance) << what;
}

void expect_f(double actual, const json& expected, const std::string& what) {
  expect_close(actual, expected, 1e-10 * std::max(1.0, std::abs(expected.get<double>())), what);
}

void expect_term(const SumOfSquares& actual, const json& expected, double total, const std::string& what) {
  expect_close(actual.ss, expected["ss"], 1e-12 * total, what + " ss");
  expect_close(actual.ms, expected["ms"], 1e-12 * total, what + " ms");
  expect_close(actual.r2, expected["R2"], 1e-12, what + " R2");
  expect_close(actual.omega2, expected["omega2"], 1e-12, what + " omega2");
  expect_close(actual.partial_eta2, expected["partial_eta2"], 1e-11, what + " partial eta2");
  expect_close(actual.partial_omega2, expected["partial_omega2"], 1e-11, what + " partial omega2");
  expect_f(actual.f, expected["F"], what + " F");
  if (expected.contains("p")) {
    EXPECT_NEAR(actual.p_f / expected["p"].get<double>(), 1, 1e-10) << what << " p";
  }
}

void expect_model(const EffectTable& table, const json& expected, const std::string& what) {
  const double total = expected["total"]["ss"];
  EXPECT_EQ(table.terms.size(), expected["type1"].size()) << what;
  expect_close(table.total_ss, expected["total"]["ss"], 1e-12 * total, what + " total");
  expect_close(table.residual_ss, expected["residual"]["ss"], 1e-12 * total, what + " residual");
  EXPECT_EQ(table.residual_df, expected["residual"]["df"].get<double>()) << what;
  for (const EffectTerm& term : table.terms) {
    EXPECT_EQ(term.df, expected["type2"][term.name]["df"].get<int>()) << what << " " << term.name;
    expect_term(term.sequential, expected["type1"][term.name], total, what + " type1 " + term.name);
    expect_term(term.type2, expected["type2"][term.name], total, what + " type2 " + term.name);
  }
}

constexpr std::array<std::pair<const char*, EffectModel>, 3> models{
    {{"main", EffectModel::main}, {"block", EffectModel::block}, {"two_way", EffectModel::two_way}}};

EffectOptions only_sums(EffectModel model) {
  EffectOptions options;
  options.model = model;
  options.permutations = EffectPermutations::none;
  return options;
}

void expect_share(const SeedShare& share, const json& expected, const json& estimate, const std::string& what) {
  EXPECT_TRUE(share.has_interval()) << what << ": " << share.no_interval;
  expect_close(share.estimate, estimate, 1e-12, what);
  const json& without = expected["delete_one_seed"];
  ASSERT_EQ(share.without_seed.size(), without.size()) << what;
  for (std::size_t seed = 0; seed < without.size(); ++seed)
    expect_close(share.without_seed[seed], without[seed], 1e-12, what + " without a seed");
  expect_close(share.standard_error, expected["jackknife_se"], 1e-11, what + " se");
  expect_close(share.low, expected["interval95_t"][0], 1e-10, what + " low");
  expect_close(share.high, expected["interval95_t"][1], 1e-10, what + " high");
}

const EffectTerm& term_of(const EffectTable& table, const std::string& name) {
  return *std::find_if(table.terms.begin(), table.terms.end(), [&](const auto& term) { return term.name == name; });
}

EffectTable effects_with(const GoldenCase& one, double alpha, EffectModel model = EffectModel::block) {
  EffectOptions options;
  options.alpha = alpha;
  options.model = model;
  return effects_of_distances(DistanceMatrixSquares(one.distances), one.labels, options);
}

class EffectsGolden : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { COHORT_SKIP_WITHOUT(test::shared_file(golden_file)); }
};

class BalancedEffectsGolden : public EffectsGolden {};
class UnbalancedEffectsGolden : public EffectsGolden {};

TEST_P(EffectsGolden, partitions_squared_distances_as_adonis2) {
  const GoldenCase one = golden_case(GetParam());
  for (const auto& [name, model] : models)
    expect_model(effects_of_distances(DistanceMatrixSquares(one.distances), one.labels, only_sums(model)),
                 one.expected()["models"][name], one.name + " " + name);
}

TEST_P(EffectsGolden, takes_terms_over_their_interaction_with_the_seed) {
  const GoldenCase one = golden_case(GetParam());
  const DistanceMatrixSquares distances(one.distances);
  const double total = one.expected()["models"]["main"]["total"]["ss"];
  for (const auto& [name, expected] : one.expected()["by_seed"].items()) {
    // Main effects beside all main effects, interactions beside all two-way ones.
    const bool is_main = name.find(':') == std::string::npos;
    std::vector<DesignTerm> terms = terms_of(one.labels, is_main ? EffectModel::main : EffectModel::two_way);
    std::size_t term = 0;
    while (terms[term].name != name) ++term;
    DesignTerm with_seed{name + ":seed", terms[term].factors};
    with_seed.factors.push_back(one.labels.factors.size());
    terms.push_back(with_seed);
    Partition partition(DummyColumns(one.labels, terms));
    std::vector<double> row(distances.size());
    for (std::size_t run = 0; run < distances.size(); ++run) {
      distances.rows(run, 1, row.data());
      partition.add_row(run, row.data());
    }
    std::vector<std::size_t> order(terms.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const Partition::Part error = partition.sequential(order).back();
    EXPECT_EQ(error.df, expected["df_error"].get<int>()) << name;
    expect_close(error.ss, expected["ss_error"], 1e-12 * total, one.name + " error of " + name);
  }
}

TEST_P(EffectsGolden, permutes_as_stored) {
  const GoldenCase one = golden_case(GetParam());
  std::vector<std::vector<std::uint32_t>> arrangements;
  for (const json& check : one.expected()["permutation_checks"])
    arrangements.push_back(check["rows"].get<std::vector<std::uint32_t>>());
  for (const auto& [name, model] : {models[0], models[2]}) {
    const DummyColumns columns(one.labels, terms_of(one.labels, model));
    const auto f = FreePermutations(DistanceMatrixSquares(one.distances), columns).f(arrangements);
    for (std::size_t i = 0; i < arrangements.size(); ++i)
      for (std::size_t term = 0; term < columns.terms().size(); ++term) {
        const json& expected = one.expected()["permutation_checks"][i]["F"][name];
        const std::string& label = columns.terms()[term].name;
        const auto row = static_cast<Index>(term), column = static_cast<Index>(i);
        expect_f(f.sequential(row, column), expected["type1"][label], one.name + " " + label);
        expect_f(f.type2(row, column), expected["type2"][label], one.name + " " + label);
      }
  }
}

TEST_P(EffectsGolden, shares_across_seeds_with_their_jackknife) {
  const GoldenCase one = golden_case(GetParam());
  const EffectTable table =
      effects_of_distances(DistanceMatrixSquares(one.distances), one.labels, only_sums(EffectModel::block));
  EXPECT_EQ(table.balanced, one.is_balanced());
  const json& expected = one.expected()["cross_seed"];
  expect_close(table.total_variance, expected["total_variance"], 1e-12, "total variance");
  for (const auto& [name, values] : expected["terms"].items()) {
    expect_share(term_of(table, name).cross_seed, values, values["R2_cross_seed"], one.name + " " + name);
    expect_close(term_of(table, name).variance, values["variance"], 1e-12, one.name + " variance of " + name);
  }
  const json& more = one.expected()["cross_seed_more"];
  expect_share(table.all_cells, more["all_cells"], more["all_cells"]["value"], one.name + " all cells");
  expect_share(table.same_seed, more["same_seed"], more["same_seed"]["value"], one.name + " same seed");
  EXPECT_EQ(table.differences.size(), 3u);
  for (const EffectDifference& difference : table.differences) {
    const std::string name = table.terms[difference.a].name + " - " + table.terms[difference.b].name;
    ASSERT_TRUE(more.contains(name)) << name;
    expect_share(difference.share, more[name], more[name]["value"], one.name + " " + name);
  }
  if (!one.is_balanced()) return;
  for (const auto& [name, values] : one.expected()["t_by_seed"].items())
    expect_close(term_of(table, name).t_by_seed, values["t_by_seed"], 1e-9, one.name + " t of " + name);
}

TEST_P(BalancedEffectsGolden, both_ways_to_sum_across_seeds_agree) {
  const GoldenCase one = golden_case(GetParam());
  const DesignCells cells(one.labels);
  const std::vector<DesignTerm> terms = terms_of(one.labels, EffectModel::block);
  SeedPairSums by_seed(cells, terms);
  const auto by_cell = cell_pair_sums(cells, terms);
  const MatrixXd squares = one.distances.array().square();
  for (std::size_t run = 0; run < 48; ++run) {
    by_seed.add_row(run, squares.col(static_cast<Index>(run)).data());
    by_cell->add_row(run, squares.col(static_cast<Index>(run)).data());
  }
  for (const std::optional<std::size_t> without : {std::optional<std::size_t>{}, std::optional<std::size_t>{2}}) {
    const CrossSeedVariances a = by_seed.variances(without), b = by_cell->variances(without);
    EXPECT_NEAR(a.total, b.total, 1e-13);
    EXPECT_NEAR(a.all_cells, b.all_cells, 1e-13);
    EXPECT_NEAR(a.same_seed, b.same_seed, 1e-13);
    for (std::size_t term = 0; term < terms.size(); ++term)
      if (terms[term].name != "seed") {
        EXPECT_NEAR(a.terms[term], b.terms[term], 1e-13) << terms[term].name;
      }
  }
  const json& expected = one.expected()["cross_seed"]["seed_by_seed"];
  for (const auto& [name, rows] : expected.items()) {
    std::size_t term = 0;
    while (term < terms.size() && terms[term].name != name) ++term;
    if (term == terms.size()) {
      ASSERT_EQ(name, "total");
    }
    const MatrixXd q = term < terms.size() ? by_seed.seed_by_seed(term) : by_seed.total_by_seed();
    for (Index s = 0; s < q.rows(); ++s)
      for (Index u = 0; u < q.cols(); ++u)
        expect_close(q(s, u), rows[static_cast<std::size_t>(s)][static_cast<std::size_t>(u)], 1e-12, name);
  }
}

TEST_P(BalancedEffectsGolden, counts_synchronized_relabellings_exactly) {
  const GoldenCase one = golden_case(GetParam());
  const EffectTable table = effects_with(one, 1);
  int n_checked = 0;
  for (const json& expected : one.expected()["p_values"]) {
    if (expected["scheme"] != "synchronized_within_seed") continue;
    const EffectTerm& term = term_of(table, expected["term"]);
    EXPECT_EQ(term.test, EffectTest::synchronized);
    EXPECT_EQ(term.n_permutations, expected["permutations"].get<std::size_t>()) << term.name;
    EXPECT_NEAR(term.p, expected["p"].get<double>(), 1e-12) << one.name << " " << term.name;
    ++n_checked;
  }
  EXPECT_GE(n_checked, 3);
}

TEST_P(BalancedEffectsGolden, draws_studentized_permutations_within_cells) {
  const GoldenCase one = golden_case(GetParam());
  const EffectTable table = effects_with(one, 0);
  for (const auto& [name, values] : one.expected()["t_by_seed"].items()) {
    const EffectTerm& term = term_of(table, name);
    EXPECT_EQ(term.test, EffectTest::studentized_within_cell);
    const double p = values["within_cell"]["p"], error = values["within_cell"]["p_standard_error"];
    EXPECT_NEAR(term.p, p, 4 * std::hypot(error, std::sqrt(p * (1 - p) / 9999) + 1e-4)) << one.name << " " << name;
  }
}

/// All exchanges of the two levels of `factor` within cells.
std::vector<std::vector<std::uint32_t>> all_exchanges(const FactorialLabels& labels, std::size_t factor) {
  std::vector<std::size_t> others;
  for (std::size_t other = 0; other <= labels.factors.size(); ++other)
    if (other != factor) others.push_back(other);
  const RunClasses cells = occurring_classes_of(labels, others);
  std::vector<std::vector<std::uint32_t>> arrangements(1, std::vector<std::uint32_t>(labels.n_runs()));
  for (std::uint32_t run = 0; run < labels.n_runs(); ++run) arrangements.front()[run] = run;
  for (std::size_t cell = 0; cell < cells.n_classes(); ++cell) {
    if (cells.runs(cell).size() < 2) continue;
    for (std::size_t i = 0, n = arrangements.size(); i < n; ++i) {
      arrangements.push_back(arrangements[i]);
      std::swap(arrangements.back()[cells.runs(cell)[0]], arrangements.back()[cells.runs(cell)[1]]);
    }
  }
  return arrangements;
}

// The scheme that is not offered as a test, as a check of the permutation code: all 2^19 arrangements.
TEST_P(UnbalancedEffectsGolden, counts_exchanges_within_cells_exactly) {
  if (test::is_sanitized) GTEST_SKIP() << "many minutes under a sanitizer; other tests here permute by the same code";
  const GoldenCase one = golden_case(GetParam());
  const auto arrangements = all_exchanges(one.labels, 0);
  const DummyColumns columns(one.labels, terms_of(one.labels, EffectModel::main));
  const auto f = FreePermutations(DistanceMatrixSquares(one.distances), columns).f(arrangements);
  for (const json& expected : one.expected()["p_values"]) {
    if (expected["scheme"] != "within_cell" || expected["term"] != "rule" || expected["model"] != "main") continue;
    const VectorXd of_rule = (expected["sums_of_squares"] == "type1" ? f.sequential : f.type2).row(0);
    EXPECT_EQ(arrangements.size(), expected["permutations"].get<std::size_t>());
    EXPECT_EQ((of_rule.array() >= of_rule[0] - 1e-9 * std::abs(of_rule[0])).count(), expected["at_least"].get<Index>());
  }
}

TEST_P(EffectsGolden, finds_the_share_of_negative_eigenvalues) {
  const GoldenCase one = golden_case(GetParam());
  const EffectTable table =
      effects_of_distances(DistanceMatrixSquares(one.distances), one.labels, only_sums(EffectModel::main));
  expect_close(table.negative_share, one.expected()["eigenvalues"]["share_negative"], 1e-12, one.name);
}

std::string name_of_case(const testing::TestParamInfo<const char*>& one) { return one.param; }

INSTANTIATE_TEST_SUITE_P(Cases, EffectsGolden,
                         testing::Values("euclidean_balanced", "euclidean_unbalanced", "angular_balanced",
                                         "angular_unbalanced"),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Cases, BalancedEffectsGolden, testing::Values("euclidean_balanced", "angular_balanced"),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Cases, UnbalancedEffectsGolden, testing::Values("euclidean_unbalanced", "angular_unbalanced"),
                         name_of_case);

class ResponseGolden : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    COHORT_SKIP_WITHOUT(test::shared_file(golden_file));
    expected = golden()["univariate"][GetParam()];
    labels = labels_of(full_labels(), runs_of(std::string(GetParam()) == "balanced"));
    for (const std::size_t run : runs_of(std::string(GetParam()) == "balanced"))
      response.push_back(golden()["univariate"]["balanced"]["y"][run]);
  }
  json expected;
  FactorialLabels labels;
  std::vector<double> response;
};

TEST_P(ResponseGolden, analyses_variance_as_r_and_car) {
  for (const auto& [name, model] : models)
    expect_model(effects_of_response(response, labels, only_sums(model)).effects, expected["models"][name], name);
}

TEST_P(ResponseGolden, agrees_with_its_distances) {
  const VectorXd values = Eigen::Map<const VectorXd>(response.data(), static_cast<Index>(response.size()));
  const MatrixXd distances =
      (values.replicate(1, values.size()) - values.transpose().replicate(values.size(), 1)).cwiseAbs();
  const EffectTable of_distances = effects_of_distances(DistanceMatrixSquares(distances), labels, {});
  const EffectTable of_response = effects_of_response(response, labels, {}).effects;
  EXPECT_NEAR(of_distances.negative_share, 0, 1e-12);
  for (std::size_t term = 0; term < of_response.terms.size(); ++term) {
    const EffectTerm &a = of_distances.terms[term], &b = of_response.terms[term];
    EXPECT_NEAR(a.type2.ss, b.type2.ss, 1e-12 * of_response.total_ss) << a.name;
    EXPECT_EQ(a.no_p, b.no_p) << a.name;
    if (a.no_p.empty()) {
      EXPECT_EQ(a.p, b.p) << a.name;
    }
    if (a.cross_seed.has_interval()) {
      EXPECT_NEAR(a.cross_seed.high, b.cross_seed.high, 1e-11) << a.name;
    }
  }
}

TEST_P(ResponseGolden, contrasts_levels_by_seed) {
  if (!expected.contains("pairs_by_seed")) return;  // none are stored for missing runs
  const std::vector<LevelContrast> contrasts = effects_of_response(response, labels, {}).contrasts;
  std::size_t next = 0;
  for (const FactorLabels& factor : labels.factors)
    for (const json& one : expected["pairs_by_seed"][factor.name]) {
      const LevelContrast& contrast = contrasts.at(next++);
      EXPECT_EQ(contrast.a, one["levels"][0].get<std::size_t>());
      EXPECT_EQ(contrast.b, one["levels"][1].get<std::size_t>());
      expect_close(contrast.difference, one["difference"], 1e-12, factor.name);
      expect_close(contrast.standard_error, one["se"], 1e-12, factor.name);
      expect_f(contrast.t, one["t"], factor.name);
      EXPECT_EQ(contrast.n_seeds, one["df"].get<std::size_t>() + 1);
      EXPECT_NEAR(contrast.p / one["p"].get<double>(), 1, 1e-10) << factor.name;
      EXPECT_NEAR(contrast.p_holm / one["p_holm"].get<double>(), 1, 1e-10) << factor.name;
      expect_close(contrast.low, one["interval95"][0], 1e-11, factor.name);
      expect_close(contrast.high, one["interval95"][1], 1e-11, factor.name);
    }
  EXPECT_EQ(next, contrasts.size());
}

INSTANTIATE_TEST_SUITE_P(Designs, ResponseGolden, testing::Values("balanced", "unbalanced"), name_of_case);

FactorLabels tiny_factor(const json& values, const std::string& name) {
  FactorLabels factor{name, {}, values.get<std::vector<int>>()};
  for (int level = 0; level <= *std::max_element(factor.level_of.begin(), factor.level_of.end()); ++level)
    factor.levels.push_back(std::to_string(level));
  return factor;
}

MatrixXd tiny_distances(const json& rows) {
  const auto n = static_cast<Index>(rows.size());
  return MatrixXd::NullaryExpr(n, n, [&](Index i, Index j) {
    return rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
  });
}

TEST(TinyEffects, agree_with_work_by_hand) {
  COHORT_SKIP_WITHOUT(test::shared_file(golden_file));
  int n_checked = 0;
  for (const json& tiny : golden()["tiny"]) {
    if (!tiny.contains("checked_by_hand")) continue;
    const FactorialLabels labels{{tiny_factor(tiny["rule"], "rule")}, tiny_factor(tiny["seed"], "seed")};
    const MatrixXd distances = tiny_distances(tiny["distances"]);
    EffectOptions options;
    options.alpha = 1;
    const EffectTable table = effects_of_distances(DistanceMatrixSquares(distances), labels, options);
    const std::string label = tiny["label"];
    const auto value = [&](const std::string& path) {
      if (path == "total/ss") return table.total_ss;
      if (path == "residual/ss") return table.residual_ss;
      const EffectTerm& term = term_of(table, path.find("/seed/") == std::string::npos ? "rule" : "seed");
      const SumOfSquares& sum = path.rfind("type2", 0) == 0 ? term.type2 : term.sequential;
      const std::string last = path.substr(path.rfind('/') + 1);
      return last == "ss" ? sum.ss : last == "F" ? sum.f : last == "R2" ? sum.r2 : sum.omega2;
    };
    for (const auto& [path, expected] : tiny["checked_by_hand"].items()) {
      if (path == "eigenvalues") continue;
      EXPECT_NEAR(value(path), expected.get<double>(), 1e-10 * std::max(1.0, std::abs(expected.get<double>())))
          << label << " " << path;
      ++n_checked;
    }
    if (tiny.contains("p_rule") && table.balanced) {
      EXPECT_NEAR(table.terms[0].p, tiny["p_rule"]["p"].get<double>(), 1e-12) << label;
    }
    if (tiny.contains("R2_cross_seed_rule")) {
      EXPECT_NEAR(table.terms[0].cross_seed.estimate, tiny["R2_cross_seed_rule"].get<double>(), 1e-12) << label;
    }
  }
  EXPECT_GE(n_checked, 20);
}

TEST(TinyEffects, keep_a_negative_sum_of_squares) {
  COHORT_SKIP_WITHOUT(test::shared_file(golden_file));
  for (const json& tiny : golden()["tiny"]) {
    if (!tiny.contains("one_way_rule")) continue;
    const FactorialLabels labels{{tiny_factor(tiny["rule"], "rule")}, {}};
    const MatrixXd distances = tiny_distances(tiny["distances"]);
    const EffectTable table = effects_of_distances(DistanceMatrixSquares(distances), labels, {});
    const json& expected = tiny["one_way_rule"];
    EXPECT_NEAR(table.terms[0].type2.ss, expected["ss"].get<double>(), 1e-12);
    EXPECT_NEAR(table.terms[0].type2.r2, expected["R2"].get<double>(), 1e-12);
    EXPECT_NEAR(table.terms[0].type2.f, expected["F"].get<double>(), 1e-12);
    EXPECT_NEAR(table.residual_ss, expected["residual_ss"].get<double>(), 1e-12);
    EXPECT_NEAR(table.total_ss, expected["total_ss"].get<double>(), 1e-12);
  }
}

}  // namespace
}  // namespace cohort
