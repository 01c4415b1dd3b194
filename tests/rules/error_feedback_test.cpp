#include <cohort/learning/error_feedback.hpp>

#include <cohort/recordings/npy_array.hpp>
#include <cohort/rules/learning_rules.hpp>

#include <support/errors.hpp>
#include <support/random_network.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

constexpr Index kUnits = 40, kOutputs = 30;

std::unique_ptr<RecurrentNetwork<double>> network(const std::string& parameters = "") {
  return random_network<double>("ctrnn/units=40" + parameters, 2, kOutputs);
}

MatrixXd drawn(FeedbackAxis axis, RecurrentNetwork<double>& net, std::uint64_t seed = 1, std::uint64_t update = 0) {
  ErrorFeedback<double> feedback(axis);
  feedback.begin(net, RandomStream("test-feedback", "", seed));
  return feedback.weights(net, update);
}

double mean_square(const MatrixXd& values) { return values.squaredNorm() / static_cast<double>(values.size()); }

TEST(ErrorFeedback, symmetric_follows_the_readout) {
  const auto net = network();
  EXPECT_EQ(drawn({}, *net), net->parameters().block("W_out").transpose());
  net->parameters().block("W_out") *= 2;
  EXPECT_EQ(drawn({}, *net), net->parameters().block("W_out").transpose());
}

TEST(ErrorFeedback, random_is_drawn_once_per_run_from_the_distribution_asked_for) {
  const auto net = network();
  const MatrixXd uniform = drawn({FeedbackKind::random, FeedbackDistribution::uniform}, *net);
  const MatrixXd normal = drawn({FeedbackKind::random, FeedbackDistribution::normal}, *net);
  EXPECT_LE(uniform.cwiseAbs().maxCoeff(), 1 / std::sqrt(40.0));
  EXPECT_NEAR(mean_square(uniform) * 3 * 40, 1, 0.1);  // variance of U(±a): a²/3
  EXPECT_NEAR(mean_square(normal) * 30, 1, 0.1);
  EXPECT_GT(normal.cwiseAbs().maxCoeff() * std::sqrt(30.0), 2.5);
  net->parameters().block("W_out") *= 2;
  EXPECT_EQ(drawn({FeedbackKind::random}, *net, 1, 100), uniform);
  EXPECT_NE(drawn({FeedbackKind::random}, *net, 2), uniform);
}

TEST(ErrorFeedback, sign_keeps_signs_and_the_mean_size_of_what_the_readout_sees) {
  const auto net = network(",readout_fraction=0.5");
  const MatrixXd feedback = drawn({FeedbackKind::sign}, *net);
  const MatrixXd readout = net->parameters().block("W_out").transpose();
  EXPECT_EQ(feedback.topRows(20), MatrixXd::Zero(20, kOutputs));
  EXPECT_NEAR(feedback.bottomRows(20).cwiseAbs().minCoeff(), readout.bottomRows(20).cwiseAbs().mean(), 1e-15);
  EXPECT_NEAR(feedback.bottomRows(20).cwiseAbs().maxCoeff(), readout.bottomRows(20).cwiseAbs().mean(), 1e-15);
  EXPECT_TRUE((feedback.array() * readout.array() >= 0).all());
}

TEST(ErrorFeedback, sign_of_a_readout_that_sees_no_unit_is_zero) {
  const auto net = network(",readout_fraction=0");
  EXPECT_EQ(drawn({FeedbackKind::sign}, *net), MatrixXd::Zero(kUnits, kOutputs));
}

TEST(ErrorFeedback, of_a_file_is_what_the_file_holds) {
  const TemporaryDirectory directory;
  NpyArray array{{kUnits, kOutputs}, {}};
  for (Index i = 0; i < kUnits * kOutputs; ++i) array.values.push_back(0.5 * static_cast<double>(i));
  const std::string path = directory.path("B.npy");
  write_npy(path, array);
  const auto net = network();
  FeedbackAxis axis{FeedbackKind::file};
  axis.file = path;
  const MatrixXd feedback = drawn(axis, *net, 1, 100);
  for (Index unit = 0; unit < kUnits; ++unit)
    for (Index output = 0; output < kOutputs; ++output)
      ASSERT_EQ(feedback(unit, output), 0.5 * static_cast<double>(unit * kOutputs + output));
  const std::string rule = "eprop/feedback=file,feedback_file=" + path;
  EXPECT_NO_THROW(learning_rules<double>().make(rule)->check(*net));
  const auto other = random_network<double>("ctrnn/units=7", 2, kOutputs);
  EXPECT_THAT(user_error([&] { learning_rules<double>().make(rule)->check(*other); }),
              testing::HasSubstr("B.npy has shape [40, 30] (feedback to 7 units from 30 outputs needs [7, 30])"));
}

TEST(ErrorFeedback, a_file_without_use_and_a_use_without_file_are_refused) {
  EXPECT_THAT(user_error([] { learning_rules<double>().make("eprop/feedback=file"); }),
              testing::HasSubstr("feedback=file of eprop needs a feedback_file"));
  EXPECT_THAT(user_error([] { learning_rules<double>().make("eprop/feedback_file=B.npy"); }),
              testing::HasSubstr("feedback=symmetric of eprop has no use for a feedback_file"));
}

/// Kolen and Pollack's rule as they wrote it: both weights get the same change and the same decay.
TEST(ErrorFeedback, aligned_differs_from_the_readout_as_under_equal_changes_with_weight_decay) {
  const double decay = 0.03;
  const auto net = network();
  const FeedbackAxis axis{FeedbackKind::aligned, FeedbackDistribution::uniform, decay};
  ErrorFeedback<double> feedback(axis);
  feedback.begin(*net, RandomStream("test-feedback", "", 1));
  MatrixXd backward = feedback.weights(*net, 0), forward = net->parameters().block("W_out").transpose();
  EXPECT_EQ(backward.rows(), kUnits);
  EXPECT_LE((backward - drawn({FeedbackKind::random}, *net)).norm(), 1e-14);
  for (int update = 0; update < 20; ++update) {
    const MatrixXd change = 0.1 * MatrixXd::Random(kUnits, kOutputs);
    backward += change - decay * backward;
    forward += change - decay * forward;
    net->parameters().block("W_out") += MatrixXd::Random(kOutputs, kUnits);  // any rule may train the readout
  }
  const MatrixXd difference = feedback.weights(*net, 20) - net->parameters().block("W_out").transpose();
  EXPECT_LE((difference - (backward - forward)).norm(), 1e-13 * difference.norm());
  EXPECT_GT(difference.norm(), 0.1);
}

TEST(ErrorFeedback, parameters_name_the_axis_and_default_to_it) {
  Description d;
  d.name = "rule";
  FeedbackAxis{FeedbackKind::random, FeedbackDistribution::normal}.describe(d);
  const FeedbackAxis fallback = FeedbackAxis::from(Parameters(d, {}));
  EXPECT_EQ(fallback.kind, FeedbackKind::random);
  EXPECT_EQ(fallback.distribution, FeedbackDistribution::normal);
  const FeedbackAxis chosen =
      FeedbackAxis::from(Parameters(d, {{"feedback", "aligned"}, {"distribution", "uniform"}, {"alignment", "0.25"}}));
  EXPECT_EQ(chosen.kind, FeedbackKind::aligned);
  EXPECT_EQ(chosen.distribution, FeedbackDistribution::uniform);
  EXPECT_EQ(chosen.alignment, 0.25);
}

}  // namespace
}  // namespace cohort::test
