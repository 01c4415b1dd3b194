#include <support/networks.hpp>

#include <gtest/gtest.h>

namespace cohort::test {
namespace {

TEST(FrozenRecurrent, only_the_readout_learns_with_its_exact_gradient) {
  const LossKind loss = LossKind::cross_entropy;
  const auto network = random_network<double>("ctrnn/units=9", 3, 2);
  const auto batch = random_batch<double>(loss, 3, 2, 17, 5);
  const auto frozen = rule_gradient<double>("frozen_recurrent", *network, batch, loss).gradient;
  const auto exact = rule_gradient<double>("bptt", *network, batch, loss).gradient;
  for (const char* block : {"W_out", "b_out"}) {
    EXPECT_EQ(frozen.block(block), exact.block(block));
    EXPECT_GT(exact.block(block).norm(), 1e-3);
  }
  for (const char* block : {"W", "W_in", "b", "a_0"}) {
    EXPECT_TRUE(frozen.block(block).isZero());
    EXPECT_FALSE(exact.block(block).isZero());
  }
}

}  // namespace
}  // namespace cohort::test
