#include <cohort/learning/alignment_probe.hpp>

#include <support/errors.hpp>
#include <support/networks.hpp>
#include <support/probe.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

constexpr LossKind kLoss = LossKind::mean_squared_error;

class AlignmentProbeTest : public testing::Test {
 protected:
  std::vector<Alignment> measure(const std::vector<std::string>& rules, std::uint64_t seed = 1) {
    auto probe = probe_of<double>(rules);
    probe.begin(*network_, RandomStream("test-probe", "", seed));
    const auto& activity = network_->forward(batch_.inputs, batch_.n_trials);
    Objective<double>(kLoss).output_error(batch_, activity.outputs, error_);
    return probe.measure({*network_, batch_, activity, error_});
  }

  std::unique_ptr<RecurrentNetwork<double>> network_ =
      random_network<double>("ctrnn/units=12,tau=4,activation=tanh", 3, 2);
  TrialBatch<double> batch_ = random_batch<double>(kLoss, 3, 2, 20, 4);
  Matrix<double> error_;
};

TEST_F(AlignmentProbeTest, bptt_agrees_with_itself_and_others_partly) {
  const auto result = measure({"bptt", "eprop", "feedback_alignment"});
  ASSERT_EQ(result.size(), 3U);
  EXPECT_NEAR(result[0].cosine, 1, 1e-14);
  EXPECT_NEAR(result[0].norm_ratio, 1, 1e-14);
  EXPECT_GT(result[1].cosine, 0.2);
  EXPECT_LT(result[1].cosine, 0.999);
  EXPECT_LT(std::abs(result[2].cosine), result[1].cosine);
}

TEST_F(AlignmentProbeTest, weights_of_inputs_and_connections_count_and_nothing_else) {
  const auto gradient = [&](const char* rule) {
    return rule_gradient<double>(rule, *network_, batch_, kLoss).gradient;
  };
  const auto bptt = gradient("bptt"), eprop = gradient("eprop");
  double product = 0, square = 0, exact_square = 0;
  for (const char* block : {"W", "W_in"}) {
    product += bptt.block(block).cwiseProduct(eprop.block(block)).sum();
    square += eprop.block(block).squaredNorm();
    exact_square += bptt.block(block).squaredNorm();
  }
  const auto result = measure({"eprop"});
  EXPECT_NEAR(result[0].cosine, product / std::sqrt(square * exact_square), 1e-13);
  EXPECT_NEAR(result[0].norm_ratio, std::sqrt(square / exact_square), 1e-13);
  const double cosine_of_all = bptt.values.dot(eprop.values) / (bptt.values.norm() * eprop.values.norm());
  EXPECT_GT(std::abs(result[0].cosine - cosine_of_all), 1e-3);
}

TEST_F(AlignmentProbeTest, a_rule_is_measured_alike_whoever_stands_beside_it) {
  const std::string random = "eprop/feedback=random";
  const auto alone = measure({random}), beside = measure({"bptt", "eprop", random});
  EXPECT_EQ(alone[0].cosine, beside[2].cosine);
  EXPECT_NE(alone[0].cosine, measure({random}, 2)[0].cosine);
}

TEST_F(AlignmentProbeTest, frozen_weights_have_no_direction) {
  const auto result = measure({"frozen_recurrent"});
  EXPECT_EQ(result[0].norm_ratio, 0);
  EXPECT_TRUE(std::isnan(result[0].cosine));
}

TEST_F(AlignmentProbeTest, rules_that_cannot_watch_are_refused) {
  EXPECT_THAT(user_error([] {
                probe_of<double>({"eprop", "eprop/every=5"});
              }),
              testing::HasSubstr("rule 'eprop/every=5' cannot watch the training of another"));
  EXPECT_THAT(user_error([&] { measure({"mdgl/weights=type"}); }),
              testing::HasSubstr("path=cell_type needs dale=true"));
}

}  // namespace
}  // namespace cohort::test
