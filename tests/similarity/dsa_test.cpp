#include <cohort/similarity/dsa.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/delay_dynamics.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/rotation_search.hpp>

#include <support/errors.hpp>
#include <support/shared_data.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <fstream>
#include <numbers>

namespace cohort::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// data_formula of golden/dynamics/dsa.json: [conditions x times, units], time fastest.
MatrixXd signals(Index n, int s, Index n_conditions = 6, Index n_times = 40) {
  using std::cos, std::sin;
  constexpr double pi = std::numbers::pi;
  MatrixXd x(n_conditions * n_times, n);
  for (Index c = 0; c < n_conditions; ++c)
    for (Index t = 0; t < n_times; ++t)
      for (Index unit = 0; unit < n; ++unit) {
        const double th = 2 * pi * static_cast<double>(c) / static_cast<double>(n_conditions);
        const double u = static_cast<double>(t) / static_cast<double>(n_times);
        const auto i = static_cast<double>(unit), units = static_cast<double>(n), cc = static_cast<double>(c);
        const double width = (u - .45 - .02 * i) / (.16 + .01 * s);
        x(c * n_times + t, unit) =
            cos(th - 2 * pi * i / units + .3 * s) * std::exp(-width * width) +
            .6 * sin(2 * pi * (1.5 + .25 * s) * u + .7 * i + .5 * sin(th)) +
            .3 * cos(2 * pi * (3 + .5 * i / units) * u + th * (1 + static_cast<double>(unit % 2))) +
            .1 * sin(1.3 * i * i + 2.1 * cc + 9 * u * (1 + .1 * i));
      }
  return x;
}

MatrixXd turn(Index n, double angle) {
  MatrixXd noise(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) noise(i, j) = std::sin(angle + 3.3 * static_cast<double>(i * n + j));
  return Eigen::HouseholderQR<MatrixXd>(noise).householderQ();
}

std::vector<double> sorted(VectorXd values) {
  std::ranges::sort(values);
  return {values.begin(), values.end()};
}

MatrixXd matrix(const json& rows) {
  MatrixXd m(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j) m(i, j) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return m;
}

double value(const std::string& variant, const MatrixXd& a, const MatrixXd& b, Index n_conditions = 6) {
  return distance(*measures().make(variant), Representation(a, n_conditions), Representation(b, n_conditions));
}

TEST(DelayEmbedding, has_the_newest_first_and_keeps_trials_apart) {
  MatrixXd x(8, 1);
  x << 0, 1, 2, 3, 10, 11, 12, 13;
  DelayOptions options;
  options.delays = 2;
  options.lag = 2;
  MatrixXd expected(4, 2);
  expected << 2, 0, 3, 1, 12, 10, 13, 11;
  EXPECT_EQ(delay_embedding(x, 2, options), expected);
}

TEST(DelayDynamics, of_a_linear_system_has_its_eigenvalues) {
  const double angle = 0.3, decay = 0.95;
  MatrixXd step(2, 2), x(40, 2);
  step << decay * std::cos(angle), -decay * std::sin(angle), decay * std::sin(angle), decay * std::cos(angle);
  for (Index trial = 0; trial < 2; ++trial) {
    x.row(trial * 20) << 1.0 + static_cast<double>(trial), 0.5;
    for (Index t = 1; t < 20; ++t) x.row(trial * 20 + t) = x.row(trial * 20 + t - 1) * step.transpose();
  }
  for (const Index delays : {1, 3}) {
    DelayOptions options;
    options.delays = delays;
    const MatrixXd map = delay_dynamics(x, 2, options);
    ASSERT_EQ(map.rows(), 2) << "two dimensions, whatever the delays";
    for (const std::complex<double> eigenvalue : map.eigenvalues()) {
      EXPECT_NEAR(std::abs(eigenvalue), decay, 1e-10);
      EXPECT_NEAR(std::abs(std::arg(eigenvalue)), angle, 1e-10);
    }
  }
}

TEST(DelayDynamics, of_long_sides_are_those_of_a_dense_decomposition) {
  const MatrixXd x = signals(220, 1, 6, 130);  // 660 columns of 768 rows: beyond what is decomposed whole
  DelayOptions options;
  const MatrixXd h = delay_embedding(x, 6, options);
  ASSERT_GT(std::min(h.rows(), h.cols()), 600);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> gram(MatrixXd(h * h.transpose()));
  const MatrixXd space = gram.eigenvectors().rightCols(options.rank);
  MatrixXd squares = MatrixXd::Zero(options.rank, options.rank), products = squares;
  for (Index c = 0; c < 6; ++c) {
    squares += space.middleRows(c * 128, 127).transpose() * space.middleRows(c * 128, 127);
    products += space.middleRows(c * 128, 127).transpose() * space.middleRows(c * 128 + 1, 127);
  }
  const MatrixXd dense = squares.ldlt().solve(products).transpose(), ours = delay_dynamics(x, 6, options);
  EXPECT_NEAR(ours.norm(), dense.norm(), 1e-8);
  EXPECT_NEAR(ours.trace(), dense.trace(), 1e-8);
  EXPECT_LT(best_alignment(ours, dense).angle, 1e-7);
}

TEST(Dsa, is_zero_for_the_same_dynamics_in_other_coordinates) {
  const MatrixXd x = signals(10, 0);
  for (const std::string variant : {"dsa", "dsa/metric=wasserstein", "dsa/delays=4,lag=2,rank=9"}) {
    EXPECT_EQ(value(variant, x, x), 0);
    EXPECT_LT(value(variant, x, x * turn(10, 1)), 1e-9) << variant;
    EXPECT_LT(value(variant, x, 1e-200 * x), 1e-9) << variant;
    MatrixXd wide = MatrixXd::Zero(x.rows(), 13);
    wide.leftCols(10) = x;
    EXPECT_LT(value(variant, x, wide), 1e-9) << "silent units more";
  }
}

TEST(Dsa, is_the_same_both_ways_round_and_changes_nothing) {
  const MatrixXd x = signals(6, 0), y = signals(9, 1);
  for (const std::string variant : {"dsa", "dsa/metric=wasserstein,order=1"}) {
    const auto measure = measures().make(variant);
    const auto a = measure->prepare(Representation(x, 6)), b = measure->prepare(Representation(y, 6));
    const double once = measure->compare(*a, *b).value;
    EXPECT_GT(once, 1e-3);
    EXPECT_EQ(measure->compare(*b, *a).value, once);
    EXPECT_EQ(measure->compare(*a, *b).value, once);
  }
}

TEST(Dsa, says_that_conditions_are_too_short) {
  const std::string said =
      user_error([] { value("dsa/delays=5,lag=10", signals(3, 0, 2, 40), signals(3, 1, 2, 40), 2); });
  EXPECT_THAT(said, HasSubstr("needs longer conditions (42 steps, there are 40)"));
}

class DsaGolden : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = shared_file("golden/dynamics/dsa.json");
    COHORT_SKIP_WITHOUT(path);
    std::ifstream(path) >> golden_;
  }
  json golden_;
};

DelayOptions options_of(const json& entry) {
  DelayOptions options;
  options.delays = entry["delays"];
  options.lag = entry["tau"];
  options.rank = entry["rank"];
  options.ridge = entry["ridge"];
  return options;
}

void expect_map(const MatrixXd& map, const json& expected) {
  EXPECT_NEAR(map.norm(), expected["frobenius_norm"], 1e-11);
  EXPECT_NEAR(map.trace(), expected["trace"], 1e-11);
  const auto ours = sorted(Eigen::JacobiSVD<MatrixXd>(map).singularValues());
  auto theirs = expected["singular_values"].get<std::vector<double>>();
  std::ranges::sort(theirs);
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-10);
  EXPECT_LT(best_alignment(map, matrix(expected["A"])).angle, 1e-10);
}

TEST_F(DsaGolden, has_every_stage) {
  for (const auto& [name, entry] : golden_["data_cases"].items()) {
    SCOPED_TRACE(name);
    const DelayOptions options = options_of(entry);
    const Index n = entry["n"];
    const MatrixXd a = signals(n, 0), b = signals(n, 2), h = delay_embedding(a, 6, options);
    EXPECT_EQ(h.rows(), entry["embedding_shape"][0].get<Index>() * entry["embedding_shape"][1].get<Index>());
    EXPECT_NEAR(h.norm(), entry["embedding_frobenius"], 1e-11);
    for (Index i = 0; i < h.cols(); ++i) {
      EXPECT_NEAR(h(0, i), entry["embedding_first_row"][static_cast<std::size_t>(i)], 1e-12);
      EXPECT_NEAR(h(h.rows() - 1, i), entry["embedding_last_row"][static_cast<std::size_t>(i)], 1e-12);
    }
    expect_map(delay_dynamics(a, 6, options), entry["system_a"]);
    expect_map(delay_dynamics(b, 6, options), entry["system_b"]);
    const std::string variant =
        fmt::format("dsa/delays={},lag={},rank={},ridge={}", options.delays, options.lag, options.rank, options.ridge);
    const json& pair = entry["a_against_b"];
    EXPECT_NEAR(value(variant, a, b), pair["best_known_angular"], 1e-9);
    EXPECT_NEAR(value(variant + ",metric=wasserstein", a, b), pair["wasserstein"]["W2"], 1e-10);
    EXPECT_NEAR(value(variant + ",metric=wasserstein,order=1", a, b), pair["wasserstein"]["W1"], 1e-10);
    EXPECT_LT(value(variant, a, a * turn(n, 2)), 1e-9);
  }
}

TEST_F(DsaGolden, has_the_best_known_angles_of_maps) {
  const json& cases = golden_["matrix_cases"];
  for (const char* name : {"n6", "n10"}) {
    const MapAlignment found = best_alignment(matrix(cases[name]["A"]), matrix(cases[name]["B"]));
    EXPECT_NEAR(found.angle, cases[name]["A against B"]["best_known_angular"], 1e-12) << name;
    const MatrixXd q = matrix(cases[name]["Q"]), a = matrix(cases[name]["A"]);
    EXPECT_LT(best_alignment(q * a * q.transpose(), a).angle, 1e-12) << name;
  }
  MatrixXd padded = MatrixXd::Zero(10, 10);
  padded.topLeftCorner(6, 6) = matrix(cases["n6"]["A"]);
  EXPECT_NEAR(best_alignment(padded, matrix(cases["n10"]["B"])).angle,
              cases["n6_against_n10_zero_padded"]["best_known_angular"], 1e-12);
}

}  // namespace
}  // namespace cohort::test
