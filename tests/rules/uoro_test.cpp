#include <cohort/rules/uoro.hpp>

#include <support/forward_rules.hpp>
#include <support/sign_patterns.hpp>

namespace cohort::test {
namespace {

constexpr LossKind kLoss = LossKind::mean_squared_error;
constexpr double kPenalty = 0.3;

class UoroOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Tiny, UoroOnCell,
                         testing::Values("ctrnn/units=2,tau=3", "rate/units=2,tau=3", "ctrnn/units=2,tau=3,tau_out=2",
                                         "gru/units=2", "lstm/units=1"),
                         test_name);

TEST_P(UoroOnCell, is_rtrl_on_average_over_all_signs) {
  constexpr Index n_steps = 3;
  const auto network = random_network<double>(GetParam(), 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, n_steps, 1);
  const double weight = Objective<double>::total_weight(batch);
  const auto signs = std::make_shared<SignPatterns>(network->cell().n_states(), n_steps);
  Uoro<double> rule(learning_rules<double>().catalogue().parse("uoro"), signs);
  rule.begin(*network, RandomStream("test", "", 1));
  const VectorXd exact = gradient_in_parts<double>("rtrl", *network, batch, kLoss, kPenalty, 0).values;
  ASSERT_GT(exact.norm(), kGradientFloor);
  VectorXd mean = VectorXd::Zero(exact.size());
  double least = 1e9;
  for (std::uint64_t pattern = 0; pattern < signs->n_patterns(); ++pattern) {
    signs->choose(pattern);
    const VectorXd one = gradient_of<double>(rule, *network, batch, kLoss, weight, kPenalty).values;
    least = std::min(least, relative_difference<double>(one, exact));
    mean += one / static_cast<double>(signs->n_patterns());
  }
  EXPECT_LE(relative_difference<double>(mean, exact), 1e-12);
  EXPECT_GT(least, 1e-3);  // no single pattern is right
}

/// The rule for one trial of a ctrnn with tanh, written out with plain matrices, for one pattern of signs.
ParameterSet<double> by_the_book(RecurrentNetwork<double>& network, const TrialBatch<double>& batch,
                                 SignPatterns& signs, double alpha) {
  const auto& p = network.parameters();
  const MatrixXd w = p.block("W"), w_in = p.block("W_in"), w_out = p.block("W_out");
  const Index n = w.rows(), n_inputs = w_in.cols();
  const MatrixXd outputs = network.forward(batch.inputs, 1).outputs;
  Matrix<double> error;
  Objective<double>(kLoss).output_error(batch, outputs, error);
  VectorXd a = p.block("a_0").col(0), nu(n);
  signs.fill({0, 0, 0}, nu);
  VectorXd state = nu;
  MatrixXd sources = MatrixXd::Zero(n + n_inputs + 1, n), sum = sources;
  VectorXd start = nu, sum_start = VectorXd::Zero(n);
  for (Index step = 0; step < batch.n_steps; ++step) {
    const VectorXd h = a.array().tanh();
    VectorXd z(n + n_inputs + 1);
    z << h, batch.inputs.col(step);
    const VectorXd pushed = (1 - alpha) * state + alpha * (w * (1 - h.array().square()).matrix().cwiseProduct(state));
    const double norm = std::sqrt(sources.squaredNorm() + start.squaredNorm());
    const double p0 = std::sqrt(norm / pushed.norm());
    signs.fill({0, 0, step + 1}, nu);
    const double p1 = std::sqrt(nu.norm() * z.norm() / nu.norm());
    state = p0 * pushed + p1 * nu;
    sources = (sources / p0 + z * nu.transpose() / p1).eval();
    start /= p0;
    a = (1 - alpha) * a + alpha * (w * h + w_in * batch.inputs.col(step).head(n_inputs) + p.block("b").col(0));
    const VectorXd rate = a.array().tanh();
    const double credit =
        (w_out.transpose() * error.col(step)).cwiseProduct((1 - rate.array().square()).matrix()).dot(state);
    sum += credit * sources;
    sum_start += credit * start;
  }
  ParameterSet<double> gradient(p.layout);
  gradient.block("W") = alpha * sum.topRows(n).transpose();
  gradient.block("W_in") = alpha * sum.middleRows(n, n_inputs).transpose();
  gradient.block("b") = alpha * sum.bottomRows(1).transpose();
  gradient.block("a_0").col(0) = sum_start;
  network.add_readout_gradient(error, gradient);
  return gradient;
}

TEST(Uoro, is_its_definition_with_norms_balanced) {
  constexpr Index n_steps = 6;
  const auto network = random_network<double>("ctrnn/units=3,tau=2.5,activation=tanh", 2, 2);
  auto batch = random_batch<double>(kLoss, 2, 2, n_steps, 1);
  batch.inputs.topRows(2) *= 5;  // sources whose norm is far from one
  const auto signs = std::make_shared<SignPatterns>(3, n_steps);
  Uoro<double> rule(learning_rules<double>().catalogue().parse("uoro"), signs);
  rule.begin(*network, RandomStream("test", "", 1));
  const double weight = Objective<double>::total_weight(batch);
  for (const std::uint64_t pattern : {0b101101001110010110011ULL, 0b010010111010011001010ULL}) {
    signs->choose(pattern);
    const VectorXd found = gradient_of<double>(rule, *network, batch, kLoss, weight).values;
    const VectorXd expected = by_the_book(*network, batch, *signs, 1 / 2.5).values;
    EXPECT_LE(relative_difference<double>(found, expected), 1e-12);
  }
}

/// Mean squared distance of draws from the exact gradient, over its square.
double relative_variance(const std::string& rule_name, RecurrentNetwork<double>& network, const VectorXd& exact,
                         const TrialBatch<double>& batch, std::uint64_t n_draws) {
  auto rule = learning_rules<double>().make(rule_name);
  rule->begin(network, RandomStream("test", "", 1));
  const double weight = Objective<double>::total_weight(batch);
  double sum = 0;
  for (std::uint64_t draw = 0; draw < n_draws; ++draw)
    sum += (gradient_of<double>(*rule, network, batch, kLoss, weight, 0, 0, draw).values - exact).squaredNorm();
  return sum / static_cast<double>(n_draws) / exact.squaredNorm();
}

TEST(Uoro, signs_belong_to_update_trial_and_step) {
  RandomSigns<double> signs(RandomStream("test", "", 1)), again(RandomStream("test", "", 1)),
      other(RandomStream("test", "", 2));
  const auto drawn = [](SignSource<double>& source, const StepKey& key) {
    VectorXd values(200);
    source.fill(key, values);
    return values;
  };
  const VectorXd first = drawn(signs, {3, 4, 5});
  EXPECT_EQ(first.cwiseAbs(), VectorXd::Ones(200));
  EXPECT_LT(std::abs(first.sum()), 60);
  for (const StepKey& key : {StepKey{2, 4, 5}, StepKey{3, 5, 5}, StepKey{3, 4, 6}, StepKey{4, 3, 5}})
    EXPECT_LT(std::abs(first.dot(drawn(signs, key))), 60) << key.update << key.trial << key.step;
  EXPECT_EQ(first, drawn(again, {3, 4, 5}));
  EXPECT_NE(first, drawn(other, {3, 4, 5}));
}

TEST(Uoro, more_trials_and_kronecker_factors_make_less_noise) {
  const auto network = random_network<double>("ctrnn/units=8,tau=3", 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, 12, 2);
  const VectorXd exact = gradient_in_parts<double>("rtrl", *network, batch, kLoss, 0, 0).values;
  const double uoro = relative_variance("uoro", *network, exact, batch, 400);
  EXPECT_GT(uoro, 1);
  EXPECT_LT(relative_variance("kf_rtrl", *network, exact, batch, 400), uoro / 2);
}

TEST(Uoro, the_readout_is_exact_whatever_the_signs) {
  const auto network = random_network<double>("ctrnn/units=8", 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, 12, 2);
  const auto exact = gradient_in_parts<double>("bptt", *network, batch, kLoss, kPenalty, 0);
  const auto drawn = gradient_in_parts<double>("uoro", *network, batch, kLoss, kPenalty, 0);
  EXPECT_EQ(drawn.block("W_out"), exact.block("W_out"));
  EXPECT_GT((drawn.block("W") - exact.block("W")).norm(), 0.1 * exact.block("W").norm());
}

TEST(Uoro, parts_and_whole_agree_because_signs_belong_to_the_step) {
  const auto network = random_network<double>("ctrnn/units=8,tau_out=3", 2, 2);
  const auto batch = random_batch<double>(kLoss, 2, 2, 12, 3);
  const auto weight = Objective<double>::total_weight(batch);
  const auto drawn = [&](const char* variant, Index every) -> VectorXd {
    auto rule = learning_rules<double>().make(variant);
    rule->begin(*network, RandomStream("test", "", 1));
    return gradient_of<double>(*rule, *network, batch, kLoss, weight, kPenalty, every).values;
  };
  EXPECT_LE(relative_difference<double>(drawn("uoro/every=5", 5), drawn("uoro", 0)), 1e-12);
  EXPECT_LE(relative_difference<double>(drawn("kf_rtrl/every=5", 5), drawn("kf_rtrl", 0)), 1e-12);
}

// Without balance one factor overflows and the other vanishes.
TEST(Uoro, the_factors_stay_balanced_over_thousands_of_steps) {
  for (const char* rule : {"uoro", "kf_rtrl"}) {
    const auto network = random_network<float>("ctrnn/units=8,tau=1.5,activation=retanh", 2, 2);
    const auto batch = random_batch<float>(kLoss, 2, 2, 5000, 1);
    const auto drawn = gradient_in_parts<float>(rule, *network, batch, kLoss, 0, 0);
    EXPECT_TRUE(drawn.values.allFinite()) << rule;
    EXPECT_GT(drawn.block("W").norm(), 0) << rule;
  }
}

}  // namespace
}  // namespace cohort::test
