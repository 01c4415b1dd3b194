#include <cohort/tasks/spikes.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(Spikes, come_with_their_probability_everywhere_in_the_block) {
  for (const double probability : {0.01, 0.3, 0.9}) {
    constexpr int n_draws = 4000;
    MatrixXd sum = MatrixXd::Zero(4, 7);
    double neighbours = 0;
    RandomStream stream("spikes", "", 1);
    for (int draw = 0; draw < n_draws; ++draw) {
      MatrixXd x = MatrixXd::Zero(4, 7);
      add_spikes(probability, stream, x.block(1, 2, 2, 5));
      EXPECT_TRUE((x.array() == 0 || x.array() == 1).all());
      neighbours += x(1, 3) * x(2, 3);
      sum += x;
    }
    const double error = 4.5 * std::sqrt(n_draws * probability * (1 - probability));
    EXPECT_TRUE(sum.topRows(1).isZero(0) && sum.bottomRows(1).isZero(0) && sum.leftCols(2).isZero(0));
    EXPECT_LE((sum.block(1, 2, 2, 5).array() - n_draws * probability).abs().maxCoeff(), error) << probability;
    const double both = probability * probability;
    EXPECT_NEAR(neighbours, n_draws * both, 4.5 * std::sqrt(n_draws * both)) << "spikes of one step hang together";
  }
}

TEST(Spikes, never_or_always_are_possible) {
  MatrixXd x = MatrixXd::Zero(3, 50);
  RandomStream stream("spikes", "", 2);
  add_spikes(0, stream, x);
  EXPECT_TRUE(x.isZero(0));
  add_spikes(1e-300, stream, x);
  EXPECT_TRUE(x.isZero(0));
  add_spikes(1, stream, x);
  EXPECT_TRUE(x.isOnes(0));
}

TEST(Spikes, need_steps_short_enough_for_their_rate) {
  EXPECT_NEAR(spike_probability(40, 1), 0.04, 1e-15);
  EXPECT_EQ(spike_probability(100, 10), 1);
  EXPECT_THAT(user_error([] { spike_probability(400, 5); }),
              testing::HasSubstr("400 Hz does not fit into steps of 5 ms"));
}

}  // namespace
}  // namespace cohort::test
