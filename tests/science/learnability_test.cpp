#include <support/training.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace cohort::test {
namespace {

/// A task, what learns it, and how well it must be learned: an accuracy, or a normalized error.
struct Case {
  const char* task;
  const char* cell;
  Index updates;
  double accuracy;
  double error = 0;
  const char* optimizer = "adam/rate=2e-3";
};

const Case kCases[] = {
    {"adding/steps=50", "gru", 1500, 0.9},
    {"anti_reach", "gru", 300, 0.97},
    {"context_decision", "gru", 1000, 0.75},
    {"context_integration_mante_2013", "ctrnn", 1500, 0.97},
    {"copy/delay=10,length=5", "gru", 3000, 0.9},
    {"cue_accumulation/dt=10", "ctrnn", 1500, 0.95},
    {"delay_comparison", "gru", 1000, 0.97},
    {"delayed_match_to_sample", "gru", 500, 0.97},
    {"delayed_nonmatch_to_sample_miconi_2017/dt=20", "ctrnn", 1500, 0.97},
    {"delayed_xor/dt=20", "ctrnn", 1500, 0.97},
    {"flip_flop", "gru", 800, 0.97},
    {"go_nogo", "gru", 300, 0.97},
    {"interval_discrimination", "gru", 1000, 0.97},
    {"mimic", "gru", 800, 0, 0.05},
    {"multisensory", "gru", 500, 0.8},
    {"paired_association", "gru", 500, 0.97},
    {"pattern_generation/dt=10", "gru", 800, 0, 0.01},
    {"perceptual_decision", "gru", 500, 0.75},
    {"periodic_target_sussillo_2009/dt=10", "gru", 1000, 0, 0.1},
    {"probabilistic_reasoning", "gru", 800, 0.85},
    {"ready_set_go", "gru", 1000, 0.9},
    {"sine_generation_murray_2019", "gru", 1500, 0, 0.01},
    {"store_recall/dt=10", "ctrnn", 1500, 0.97},
    {"yang_2019/task=all", "gru", 3000, 0.93},
    {"yang_2019/task=delayanti", "gru", 1000, 0.97},
    {"center_out_reach_hatsopoulos_2007", "ctrnn", 400, 0, 0.1, "adam/rate=1e-3"},
};

class Learnable : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Tasks, Learnable, testing::ValuesIn(kCases), [](const auto& tested) {
  std::string name = tested.param.task;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

TEST_P(Learnable, by_a_network_of_100_units_with_bptt) {
  const Case& c = GetParam();
  TrainingPlan plan;
  plan.task = c.task;
  plan.cell = std::string(c.cell) + "/units=100";
  plan.rule = "bptt";
  plan.initialization = "orthogonal";
  plan.optimizer = c.optimizer;
  plan.options.updates = c.updates;
  plan.options.batch = 64;
  plan.options.evaluate_every = c.updates;
  plan.options.clip = 1;
  const auto start = std::chrono::steady_clock::now();
  const TrainingRecord record = PlannedTraining<float>(plan).train();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ASSERT_EQ(record.status, RunStatus::done) << record.message;
  const auto &accuracy = curve_of(record, "accuracy"), &error = curve_of(record, "error");
  fmt::print("| `{}` | {} | {} | {:.3f} -> {:.3f} | {:.3g} -> {:.3g} | {:.0f} s |\n", c.task, c.cell, c.updates,
             accuracy.front(), accuracy.back(), error.front(), error.back(), seconds);
  if (c.accuracy > 0) {
    EXPECT_GE(accuracy.back(), c.accuracy);
    EXPECT_LT(accuracy.front(), c.accuracy) << "it had to be learned";
  } else {
    EXPECT_LE(error.back(), c.error);
    EXPECT_GT(error.front(), c.error) << "it had to be learned";
  }
}

}  // namespace
}  // namespace cohort::test
