#include <cohort/dynamics/output_jacobian.hpp>
#include <cohort/dynamics/rich_lazy.hpp>
#include <cohort/learning/credit_rule.hpp>

#include <support/golden_dynamics.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "dynamics/example_maps.hpp"

namespace cohort {
namespace {

using test::GoldenRules;
using test::random_matrix;
using test::random_rotation;

class GoldenRichLazy : public testing::Test {
 protected:
  static constexpr Index n_steps = 5, n_trials = 4;

  void SetUp() override {
    COHORT_SKIP_WITHOUT(test::golden_dynamics_path("rich_lazy.json"));
    golden_ = test::golden_dynamics("rich_lazy.json");
    before_ = network(golden_["parameters_0"]);
    after_ = network(golden_["parameters_f"]);
    trials_.n_trials = n_trials;
    trials_.n_steps = n_steps;
    trials_.inputs = MatrixXd::Ones(3, n_steps * n_trials);
    for (Index step = 0; step < n_steps; ++step)
      trials_.inputs.topRows(2).middleCols(step * n_trials, n_trials) =
          GoldenRules::matrix(golden_["inputs"][static_cast<std::size_t>(step)]).transpose();
  }

  static std::unique_ptr<RecurrentNetwork<double>> network(const nlohmann::json& parameters) {
    return test::golden_network("ctrnn/units=7,activation=tanh,tau=2.5", 2, 2, parameters);
  }

  MatrixXd rates(RecurrentNetwork<double>& network, Index first_step) const {
    network.forward(trials_.inputs, n_trials);
    return network.representation(first_step, n_steps - first_step);
  }

  /// Rows by step, then trial, then output, as the golden kernels.
  MatrixXd derivatives(RecurrentNetwork<double>& network, Index first_step) const {
    CreditRule<double> exact({});
    exact.begin(network, RandomStream("test", "exact", 1));
    std::vector<OutputJacobian::Sample> samples;
    for (Index step = first_step; step < n_steps; ++step)
      for (Index trial = 0; trial < n_trials; ++trial) samples.push_back({trial, step});
    return OutputJacobian(network, exact, trials_).of(samples);
  }

  /// The columns of W alone.
  static MatrixXd recurrent(const RecurrentNetwork<double>& network, const MatrixXd& derivatives) {
    const ParameterBlock& block = network.parameters().layout.block("W");
    return derivatives.middleCols(block.offset, block.rows * block.cols);
  }

  void expect_kernels(const nlohmann::json& json, const MatrixXd& before, const MatrixXd& after) const {
    EXPECT_NEAR(kernel_alignment(before, after), json["alignment"].get<double>(), 1e-12);
    EXPECT_NEAR(before.squaredNorm(), json["trace_0"].get<double>(), 1e-10);
    EXPECT_NEAR(after.squaredNorm(), json["trace_f"].get<double>(), 1e-10);
    EXPECT_NEAR((after * after.transpose()).norm(), json["frobenius_f"].get<double>(), 1e-10);
    if (!json.contains("kernel_0")) return;
    EXPECT_LE((before * before.transpose() - GoldenRules::matrix(json["kernel_0"])).norm(), 1e-12);
  }

  nlohmann::json golden_;
  std::unique_ptr<RecurrentNetwork<double>> before_, after_;
  TrialBatch<double> trials_;
};

TEST_F(GoldenRichLazy, weights_moved_that_far) {
  const auto& json = golden_["weight_change"];
  const auto change = [&](const char* name) {
    const auto a = before_->parameters().block(name), b = after_->parameters().block(name);
    return weight_change(Eigen::Map<const VectorXd>(a.data(), a.size()),
                         Eigen::Map<const VectorXd>(b.data(), b.size()));
  };
  for (const char* name : {"W", "W_in", "W_out"}) EXPECT_NEAR(change(name).absolute, json[name].get<double>(), 1e-14);
  EXPECT_NEAR(change("W").relative, json["W_relative"].get<double>(), 1e-14);
  EXPECT_NEAR(change("W").sign_changes, 5.0 / 49, 1e-14);
  EXPECT_NEAR(weight_change(before_->parameters().values, after_->parameters().values).absolute,
              json["all"].get<double>(), 1e-14);
}

TEST_F(GoldenRichLazy, representations_are_that_much_aligned) {
  const auto& json = golden_["representation_alignment"];
  const MatrixXd last_before = rates(*before_, n_steps - 1), last_after = rates(*after_, n_steps - 1);
  EXPECT_LE((last_before - GoldenRules::matrix(golden_["rates_last_step_0"])).norm(), 1e-13);
  EXPECT_NEAR(kernel_alignment(last_before, last_after), json["last_step_trials"].get<double>(), 1e-13);
  EXPECT_NEAR(kernel_alignment(rates(*before_, 0), rates(*after_, 0)), json["all_steps"].get<double>(), 1e-13);
  EXPECT_NEAR(sign_similarity(last_before, last_after), golden_["sign_similarity_last_step"].get<double>(), 1e-15);
  EXPECT_GT(std::abs(json["last_step_trials"].get<double>() - json["last_step_trials_centred"].get<double>()), 1e-3);
}

TEST_F(GoldenRichLazy, tangent_kernels_are_that_much_aligned) {
  const auto& json = golden_["tangent_kernel"];
  const MatrixXd before = derivatives(*before_, 0), after = derivatives(*after_, 0);
  expect_kernels(json["all_all_steps"], before, after);
  expect_kernels(json["W_all_steps"], recurrent(*before_, before), recurrent(*after_, after));
  const MatrixXd last_before = derivatives(*before_, n_steps - 1), last_after = derivatives(*after_, n_steps - 1);
  expect_kernels(json["all_last_step"], last_before, last_after);
  expect_kernels(json["W_last_step"], recurrent(*before_, last_before), recurrent(*after_, last_after));
}

TEST(RichLazy, the_alignment_of_kernels_is_the_same_through_samples_and_through_columns) {
  const MatrixXd a = random_matrix(6, 9, 1), b = random_matrix(6, 8, 2);
  const MatrixXd ka = a * a.transpose(), kb = b * b.transpose();
  const double expected = (ka * kb).trace() / (ka.norm() * kb.norm());
  EXPECT_NEAR(kernel_alignment(a, b), expected, 1e-14);
  EXPECT_NEAR(
      kernel_alignment(a.leftCols(3), b.leftCols(2)),
      (a.leftCols(3).transpose() * b.leftCols(2)).squaredNorm() /
          ((a.leftCols(3).transpose() * a.leftCols(3)).norm() * (b.leftCols(2).transpose() * b.leftCols(2)).norm()),
      1e-14);
  EXPECT_NEAR(kernel_alignment(a, a * random_rotation(9, 3)), 1, 1e-14);
  EXPECT_TRUE(std::isnan(kernel_alignment(a, MatrixXd::Zero(6, 2))));
}

TEST(RichLazy, signs_that_turned_are_counted_where_there_are_signs) {
  const Eigen::Vector4d before(1, -2, 0, 3), after(2, 2, 5, 0);
  const WeightChange change = weight_change(before, after);
  EXPECT_EQ(change.sign_changes, 0.5);
  EXPECT_TRUE(std::isnan(weight_change(VectorXd::Zero(2), VectorXd::Ones(2)).relative));
  EXPECT_TRUE(std::isnan(weight_change(VectorXd::Zero(2), VectorXd::Ones(2)).sign_changes));
}

TEST(RichLazy, structure_stands_out_of_the_disk_of_random_weights) {
  const Index n = 120;
  const MatrixXd random = random_matrix(n, n, 4) / std::sqrt(static_cast<double>(n));
  const WeightSpectrum plain = weight_spectrum(random);
  EXPECT_EQ(plain.n_outliers, 0);
  EXPECT_NEAR(plain.radius, 1, 0.15);
  EXPECT_LT(plain.largest_real, plain.radius + 1e-12);
  const VectorXd direction = random_matrix(n, 1, 5).normalized();
  const WeightSpectrum structured = weight_spectrum(random - 3 * direction * direction.transpose());
  EXPECT_EQ(structured.n_outliers, 1);
  EXPECT_NEAR(structured.radius, 3, 0.5);
  EXPECT_LT(structured.largest_real, 1.3) << "the outlier is negative";
}

}  // namespace
}  // namespace cohort
