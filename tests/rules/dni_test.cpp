#include <cohort/core/decompositions.hpp>
#include <cohort/rules/dni.hpp>

#include <support/forward_rules.hpp>

namespace cohort::test {
namespace {

constexpr Index kInputs = 2, kOutputs = 1;

TrialBatch<double> trials(LossKind loss = LossKind::mean_squared_error, Index n_outputs = kOutputs) {
  return random_batch<double>(loss, kInputs, n_outputs, 12, 6);
}

Dni<double> begun(const std::string& variant, const RecurrentNetwork<double>& network) {
  Dni<double> rule(learning_rules<double>().catalogue().parse(variant));
  rule.begin(network, RandomStream("test", "", 1));
  return rule;
}

/// The gradient after the guess has been improved on the same batch, the network staying as it is.
VectorXd gradient_after(Dni<double>& rule, RecurrentNetwork<double>& network, const TrialBatch<double>& batch,
                        LossKind loss, Index n_updates) {
  const double weight = Objective<double>::total_weight(batch);
  for (Index update = 0; update < n_updates; ++update) gradient_of<double>(rule, network, batch, loss, weight);
  return gradient_of<double>(rule, network, batch, loss, weight).values;
}

// Without memory the credit of a state is its learning signal, a linear function of rates and targets.
TEST(Dni, is_bptt_where_the_credit_is_a_linear_function) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>("ctrnn/units=2,tau=1,activation=linear", kInputs, kOutputs);
  auto batch = trials();
  batch.mask.setOnes();
  network->parameters().block("W").setZero();
  const VectorXd exact = rule_gradient<double>("bptt", *network, batch, loss).gradient.values;
  auto rule = begun("dni/rate=1", *network);
  ASSERT_GT(exact.norm(), kGradientFloor);
  EXPECT_GT(relative_difference<double>(gradient_after(rule, *network, batch, loss, 0), exact), 0.1);
  EXPECT_LE(relative_difference<double>(gradient_after(rule, *network, batch, loss, 2000), exact), 1e-9);
}

// The fixed point of the bootstrapped regression, solved at once: Σ (A φ_t - L_t - J_{t+1}ᵀ A φ_{t+1}) φ_tᵀ = 0.
TEST(Dni, finds_the_fixed_point_of_its_bootstrapped_regression) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>("ctrnn/units=2,tau=2,activation=linear", kInputs, kOutputs);
  network->parameters().block("W") *= 0.3;
  network->parameters().block("W_in") *= 3;
  const auto batch = trials();
  auto rule = begun("dni/rate=1", *network);
  gradient_after(rule, *network, batch, loss, 4000);
  Matrix<double> error;
  Objective<double>(loss).output_error(batch, network->forward(batch.inputs, batch.n_trials).outputs, error);
  const MatrixXd w_out = network->parameters().block("W_out"), w = network->parameters().block("W");
  const MatrixXd jacobian = 0.5 * (MatrixXd::Identity(2, 2) + w);
  const Index n = 2, n_features = 4, n_trials = batch.n_trials;
  MatrixXd features(n_features, batch.n_columns());
  features << network->trajectory().rates.matrix().rightCols(batch.n_columns()), batch.targets,
      MatrixXd::Ones(1, batch.n_columns());
  const MatrixXd following = features.rightCols(batch.n_columns() - n_trials);
  const MatrixXd now = features.leftCols(batch.n_columns() - n_trials);
  const MatrixXd covariance = features * features.transpose(), shifted = following * now.transpose();
  MatrixXd system = MatrixXd::Zero(n * n_features, n * n_features);  // on vec A
  for (Index to = 0; to < n_features; ++to)
    for (Index from = 0; from < n_features; ++from)
      system.block(to * n, from * n, n, n) =
          covariance(from, to) * MatrixXd::Identity(n, n) - shifted(from, to) * jacobian.transpose();
  const MatrixXd wanted = w_out.transpose() * error * features.transpose();
  const VectorXd solution = system.lu().solve(Eigen::Map<const VectorXd>(wanted.data(), wanted.size()));
  const VectorXd found = Eigen::Map<const VectorXd>(rule.synthesizer().data(), rule.synthesizer().size());
  ASSERT_GT(solution.norm(), kGradientFloor);
  EXPECT_LE(relative_difference<double>(found, solution), 1e-6);
  // Without bootstrapping it would be another.
  const MatrixXd immediate = covariance.lu().solve(wanted.transpose()).transpose();
  EXPECT_GT((rule.synthesizer() - immediate).norm(), 1e-2 * immediate.norm());
}

class DniOnCell : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, DniOnCell, testing::ValuesIn(small_cells()), test_name);
INSTANTIATE_TEST_SUITE_P(Leaky, DniOnCell, testing::Values("rate/units=7,tau_out=4"), test_name);

TEST_P(DniOnCell, learning_to_guess_makes_the_gradient_agree_with_bptt) {
  for (const LossKind loss : {LossKind::mean_squared_error, LossKind::cross_entropy}) {
    const auto network = random_network<double>(GetParam(), kInputs, 2);
    const auto batch = trials(loss, 2);
    const auto exact = rule_gradient<double>("bptt", *network, batch, loss).gradient;
    const Index n_cell = exact.layout.block("W_out").offset;
    auto rule = begun("dni", *network);
    const VectorXd first = gradient_after(rule, *network, batch, loss, 0);
    const double first_error = rule.prediction_error();
    const VectorXd last = gradient_after(rule, *network, batch, loss, 300);
    EXPECT_EQ(first.head(n_cell).norm(), 0);  // guesses start as zero
    EXPECT_EQ(first.tail(first.size() - n_cell), exact.values.tail(first.size() - n_cell));
    EXPECT_NEAR(first_error, 1, 1e-12);
    EXPECT_LT(rule.prediction_error(), 0.9 * first_error);
    EXPECT_GT(cosine(last.head(n_cell), exact.values.head(n_cell)), 0.3);
    EXPECT_GT(relative_difference<double>(last, exact.values), 1e-3);
  }
}

TEST(Dni, with_a_given_guess_the_batch_gradient_is_the_sum_over_trials) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<double>("ctrnn/units=7", kInputs, kOutputs);
  const auto batch = trials();
  const double weight = Objective<double>::total_weight(batch);
  auto rule = begun("dni", *network);
  gradient_after(rule, *network, batch, loss, 20);
  VectorXd sum = VectorXd::Zero(network->parameters().values.size());
  for (Index trial = 0; trial < batch.n_trials; ++trial) {
    Dni<double> copy = rule;
    sum += gradient_of<double>(copy, *network, single_trial(batch, trial), loss, weight).values;
  }
  const VectorXd whole = gradient_of<double>(rule, *network, batch, loss, weight).values;
  EXPECT_LE(relative_difference<double>(whole, sum), 1e-12);
  EXPECT_GT(whole.head(network->parameters().layout.block("W_out").offset).norm(), 0);
}

}  // namespace
}  // namespace cohort::test
