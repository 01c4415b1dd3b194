#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

TEST(Mimic, inputs_are_filtered_noise_of_variance_one) {
  const auto task = tasks().make("mimic/inputs=4,tau=5");
  double square = 0, lagged = 0, across = 0;
  constexpr int n = 500;
  for (std::uint64_t i = 0; i < n; ++i) {
    const MatrixXd x = training_trial(*task, i).inputs;
    square += x.squaredNorm() / 400 / n;
    lagged += (x.leftCols(99).array() * x.rightCols(99).array()).mean() / n;
    across += x.row(0).dot(x.row(1)) / 100 / n;
  }
  EXPECT_NEAR(square, 1, 0.03);
  EXPECT_NEAR(lagged, 0.8, 0.03);  // 1 - 1/tau
  EXPECT_NEAR(across, 0, 0.05);
}

TEST(Mimic, targets_have_variance_one) {
  const auto task = tasks().make("mimic");
  VectorXd square = VectorXd::Zero(3);
  constexpr int n = 300;
  for (std::uint64_t i = 0; i < n; ++i)  // the teacher starts at rest: leave out its first time constants
    square += training_trial(*task, i).targets.rightCols(50).rowwise().squaredNorm() / 50 / n;
  EXPECT_LE((square.array() - 1).abs().maxCoeff(), 0.15);
}

TEST(Mimic, targets_depend_on_past_inputs_only) {
  const auto task = tasks().make("mimic/steps=60,tau=2");
  // Two trials are driven differently from the first step on, so nothing of their targets agrees.
  const Trial a = training_trial(*task, 0), b = training_trial(*task, 1);
  EXPECT_GT((a.targets - b.targets).colwise().norm().minCoeff(), 1e-4);
  // With tau = 1 and gain 0 the teacher has no memory: y = W_out tanh(W_in x), so equal inputs give equal outputs.
  const auto memoryless = tasks().make("mimic/units=1,inputs=1,outputs=1,tau=1,gain=0,steps=200");
  const Trial c = training_trial(*memoryless, 0);
  for (Index i = 0; i < 200; ++i) {
    for (Index j = 0; j < 200; ++j) {  // tanh is monotonic, and both signs are possible
      const double dx = c.inputs(0, i) - c.inputs(0, j), dy = c.targets(0, i) - c.targets(0, j);
      const double sign = c.targets(0, 0) * c.inputs(0, 0) > 0 ? 1 : -1;
      ASSERT_GE(sign * dx * dy, -1e-12);
    }
  }
  const auto remembering = tasks().make("mimic/units=1,inputs=1,outputs=1,tau=10,gain=0,steps=200");
  const Trial d = training_trial(*remembering, 0);
  int n_crossings = 0;
  for (Index i = 0; i + 1 < 200; ++i)
    n_crossings += (d.inputs(0, i + 1) - d.inputs(0, i)) * (d.targets(0, i + 1) - d.targets(0, i)) < 0;
  EXPECT_GT(n_crossings, 40);
  EXPECT_LT(n_crossings, 160);
}

TEST(Mimic, teacher_is_chosen_by_its_number_alone) {
  const Trial one = training_trial(*tasks().make("mimic"), 3), same = training_trial(*tasks().make("mimic"), 3);
  const Trial other = training_trial(*tasks().make("mimic/teacher=1"), 3);
  EXPECT_EQ(one.targets, same.targets);
  EXPECT_EQ(one.inputs, other.inputs);
  EXPECT_NE(one.targets, other.targets);
}

}  // namespace
}  // namespace cohort::test
