#include <tasks/trials.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
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

MatrixXd normal_matrix(Index rows, Index cols, RandomStream stream) {
  MatrixXd matrix(rows, cols);
  for (Index i = 0; i < matrix.size(); ++i) matrix(i) = stream.normal();
  return matrix;
}

/// The equations of the header, written down once more in double precision.
MatrixXd teacher(const MatrixXd& inputs, Index n_units, Index n_outputs, double gain, double tau, bool is_transposed) {
  const RandomStream stream("task", "mimic teacher", 5);
  const double per_unit = 1 / std::sqrt(static_cast<double>(n_units));
  MatrixXd w = gain * per_unit * normal_matrix(n_units, n_units, stream.substream(0));
  if (is_transposed) w.transposeInPlace();
  const MatrixXd w_in =
      normal_matrix(n_units, inputs.rows(), stream.substream(1)) / std::sqrt(static_cast<double>(inputs.rows()));
  const MatrixXd w_out = per_unit * normal_matrix(n_outputs, n_units, stream.substream(2));
  VectorXd h = VectorXd::Zero(n_units);
  MatrixXd outputs(n_outputs, inputs.cols());
  for (Index step = 0; step < inputs.cols(); ++step) {
    h = (1 - 1 / tau) * h + (w * h + w_in * inputs.col(step)).array().tanh().matrix() / tau;
    outputs.col(step) = w_out * h;
  }
  return outputs;
}

/// How far two matrices are from equal rows up to one factor each, as a share of the first.
double distance_up_to_scale(const MatrixXd& a, const MatrixXd& b) {
  double worst = 0;
  for (Index row = 0; row < a.rows(); ++row) {
    const double factor = a.row(row).dot(b.row(row)) / b.row(row).squaredNorm();
    worst = std::max(worst, (a.row(row) - factor * b.row(row)).norm() / a.row(row).norm());
  }
  return worst;
}

TEST(Mimic, targets_are_the_outputs_of_the_network_of_the_equations) {
  for (const auto& [units, inputs, outputs] : {std::array{32, 3, 3}, std::array{1, 1, 1}, std::array{19, 2, 17}}) {
    const auto task = tasks().make(
        fmt::format("mimic/units={},inputs={},outputs={},tau=4,gain=1.5,teacher=5,steps=70", units, inputs, outputs));
    for (std::uint64_t i = 0; i < 3; ++i) {
      const Trial trial = training_trial(*task, i);
      EXPECT_LE(distance_up_to_scale(trial.targets, teacher(trial.inputs, units, outputs, 1.5, 4, false)), 1e-4);
      if (units > 1) {
        EXPECT_GE(distance_up_to_scale(trial.targets, teacher(trial.inputs, units, outputs, 1.5, 4, true)), 1e-2);
        EXPECT_GE(distance_up_to_scale(trial.targets, teacher(trial.inputs, units, outputs, 1.4, 4, false)), 1e-3);
      }
    }
  }
}

TEST(Mimic, training_has_one_condition_and_evaluation_one_for_each_sequence) {
  const auto task = tasks().make("mimic/sequences=7");
  EXPECT_EQ(n_conditions(*task), 7);
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_EQ(training_trial(*task, i).condition, 0);
  EXPECT_EQ(evaluation_trial(*task, 6).condition, 6);
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
