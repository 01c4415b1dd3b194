#include <tasks/trials.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace cohort::test {
namespace {

/// Direction that the ring's activity points to, in units of the ring, [0, n).
double population_vector(const VectorXd& ring) {
  std::complex<double> sum = 0;
  const auto n = static_cast<double>(ring.size());
  for (Index unit = 0; unit < ring.size(); ++unit)
    sum += std::polar(ring[unit], 2 * std::numbers::pi * static_cast<double>(unit) / n);
  const double direction = std::arg(sum) / (2 * std::numbers::pi) * n;
  return std::fmod(direction + n, n);
}

TEST(AntiReach, the_opposite_of_the_stimulus_is_always_right) {
  for (const bool anti : {true, false}) {
    const auto task = tasks().make(std::string("anti_reach/anti=") + (anti ? "true" : "false"));
    for (int condition = 0; condition < 32; ++condition) {
      const Trial trial = evaluation_trial(*task, condition);
      const double stimulus = population_vector(trial.inputs.col(7).tail(32));
      const double response = std::fmod(stimulus + (anti ? 16 : 0), 32);
      EXPECT_EQ(trial.classes.back(), 1 + static_cast<int>(std::lround(response)) % 32);
      EXPECT_NEAR(trial.inputs.col(7).tail(32).maxCoeff(), 1, 1e-15);
    }
  }
}

TEST(AntiReach, inputs_come_and_go_with_the_epochs) {
  const auto task = tasks().make("anti_reach/delay=200,directions=8");
  ASSERT_EQ(task->info().n_steps, 17);
  const Trial trial = evaluation_trial(*task, 3);
  for (Index step = 0; step < 17; ++step) {
    EXPECT_EQ(trial.inputs(0, step), step < 12 ? 1 : 0);
    EXPECT_EQ(trial.inputs.col(step).tail(8).isZero(0), step < 5 || step >= 10);
    EXPECT_EQ(class_at(trial, step), step < 12 ? 0 : 4);
  }
}

TEST(AntiReach, directions_come_equally_often) {
  const auto task = tasks().make("anti_reach/directions=8");
  std::vector<int> counts(8);
  for (std::uint64_t i = 0; i < 4000; ++i) ++counts.at(static_cast<std::size_t>(training_trial(*task, i).condition));
  for (const int count : counts) EXPECT_NEAR(count, 500, 4 * std::sqrt(500 * 7 / 8.0));
}

TEST(AntiReach, extreme_parameters_make_trials) {
  for (const char* extreme : {"dt=0.1,directions=4", "dt=500", "delay=1e5,directions=2", "directions=2", "directions=7",
                              "directions=10000"}) {
    const auto task = tasks().make(std::string("anti_reach/") + extreme);
    EXPECT_EQ(training_trial(*task, 0).inputs.cols(), task->info().n_steps) << extreme;
    const int last = n_conditions(*task) - 1;
    EXPECT_EQ(evaluation_trial(*task, last).condition, last) << extreme;
  }
}

}  // namespace
}  // namespace cohort::test
