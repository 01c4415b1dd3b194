#include <cohort/recordings/npy_array.hpp>
#include <cohort/study/cost_model.hpp>

#include <support/sanitizers.hpp>
#include <support/study_files.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

TEST(Makespan, longest_runs_go_first_to_whoever_is_free) {
  EXPECT_EQ(makespan({}, 3), 0);
  EXPECT_EQ(makespan({5}, 3), 5);
  EXPECT_EQ(makespan({1, 2, 3}, 1), 6);
  EXPECT_EQ(makespan({1, 2, 3}, 2), 3);
  EXPECT_EQ(makespan({1, 1, 1, 3}, 2), 3);     // in the listed order it would be 4
  EXPECT_EQ(makespan({2, 2, 2, 3, 3}, 2), 7);  // 3+2+2 and 3+2: a greedy plan, not the best one (6)
  EXPECT_EQ(makespan({4, 4, 4, 4}, 100), 4);
}

class CostModel : public StudyFiles {
 protected:
  /// Expected cost of every run, by its name.
  std::map<std::string, double> costs(const std::string& text) const {
    const Study study = read(text);
    std::map<std::string, double> result;
    const Design design = expand(study);
    const TrainingFlops flops(study, design);
    for (std::size_t i = 0; i < design.size(); ++i) result[run_name(study, design[i])] = flops[i];
    return result;
  }
};

TEST_F(CostModel, larger_networks_and_dearer_rules_cost_more) {
  auto cost = costs(example("\"ctrnn/units=10\"", "[\"ctrnn/units=20\", \"ctrnn/units=10\", \"ctrnn/units=200\"]"));
  EXPECT_LT(cost["bptt | ctrnn/units=10 | gaussian | adam | seed 0"],
            cost["bptt | ctrnn/units=20 | gaussian | adam | seed 0"]);
  EXPECT_LT(cost["bptt | ctrnn/units=20 | gaussian | adam | seed 0"],
            cost["eprop | ctrnn/units=200 | gaussian | adam | seed 0"]);
  EXPECT_LT(cost["eprop | ctrnn/units=200 | gaussian | adam | seed 0"],
            cost["bptt | ctrnn/units=200 | gaussian | adam | seed 0"]);
  EXPECT_EQ(cost["bptt | ctrnn/units=10 | gaussian | adam | seed 0"],
            cost["bptt | ctrnn/units=10 | orthogonal | adam | seed 2"]);
}

TEST_F(CostModel, cost_grows_with_the_work) {
  const std::string name = "bptt | ctrnn/units=10 | gaussian | adam | seed 0";
  const auto cost = [&](const std::string& training) { return costs(example_and("[training]\n" + training))[name]; };
  const double base = cost("updates = 10\nbatch = 72\nevaluate_every = 10\n");
  EXPECT_DOUBLE_EQ(cost("updates = 20\nbatch = 72\nevaluate_every = 10\n"), 2 * base);
  EXPECT_GT(cost("updates = 10\nbatch = 72\nevaluate_every = 1\n"), 1.2 * base);
  EXPECT_GT(cost("updates = 10\nbatch = 144\nevaluate_every = 10\n"), 1.9 * base);
}

TEST_F(CostModel, training_takes_time_and_memory) {
  const auto cost = [&](const std::string& cell) {
    const Study study = read(example("ctrnn/units=10", cell, "[training]\nupdates = 10\nbatch = 4\n"));
    return measured_cost(study, expand(study)[0]);
  };
  const TrainingCost small = cost("ctrnn/units=10"), large = cost("ctrnn/units=300");
  EXPECT_GT(small.seconds_per_update, 1e-6);
  EXPECT_LT(small.seconds_per_update, 1);
  if (is_sanitized) GTEST_SKIP() << "the heap is the sanitizer's";
  EXPECT_GT(small.bytes, 72U * 113 * (10 + 9) * 4) << "rates and inputs of the evaluation trials";
  EXPECT_GT(large.bytes, small.bytes + 4U * 4 * 300 * 300) << "weights, gradient and two moments";
}

TEST_F(CostModel, what_a_rule_does_before_its_first_update_is_shared_by_all) {
  const auto seconds = [&](const std::string& rule) {
    const Study study = read(example("rule = [\"bptt\", \"eprop\"]\narchitecture = \"ctrnn/units=10\"",
                                     "rule = \"" + rule + "\"\narchitecture = \"mlp/hidden=30\"",
                                     "[training]\nupdates = 1_000_000\nbatch = 4\n"));
    return measured_cost(study, expand(study)[0]).seconds_per_update;
  };
  // As many mirrored batches take ten thousand times longer than an update.
  EXPECT_LT(seconds("weight_mirror/start=20000"), 100 * seconds("weight_mirror/start=0"));
}

class Times : public CostModel {
 protected:
  /// Two rules with architectures of 10, 20, 30, 40 and 50 units; a measurement says 1000 times the rule's number plus
  /// the expected cost.
  TrainingTimes times(int n_measurements) {
    return {design_, flops_,
            [this](std::size_t run) {
              measured_.push_back(run_name(study_, design_[run]).substr(0, 20));
              return TrainingCost{told(run), run};
            },
            [this, n_measurements] { return static_cast<int>(measured_.size()) < n_measurements; }};
  }
  double told(std::size_t run) const { return 1000 * (1 + design_.level(run, Factor::rule)) + flops_[run]; }

  Study study_ = read(example("\"ctrnn/units=10\"",
                              "[\"ctrnn/units=30\", \"ctrnn/units=10\", \"ctrnn/units=50\", \"ctrnn/units=20\", "
                              "\"ctrnn/units=40\"]"));
  Design design_ = expand(study_);
  TrainingFlops flops_{study_, design_};
  std::vector<std::string> measured_;
};

TEST_F(Times, every_kind_is_measured_once_when_there_is_time) {
  const TrainingTimes all = times(1000);
  EXPECT_EQ(measured_.size(), 10u);
  EXPECT_EQ(all.n_measured(), 10u);
  EXPECT_EQ(all.kinds().size(), 10u);
  for (std::size_t run = 0; run < design_.size(); ++run) EXPECT_EQ(all.seconds_per_update(run), told(run));
}

TEST_F(Times, the_ends_of_each_rule_come_first_and_the_others_lie_between) {
  const TrainingTimes ends = times(4);
  EXPECT_EQ(measured_, (std::vector<std::string>{"bptt | ctrnn/units=5", "eprop | ctrnn/units=", "bptt | ctrnn/units=1",
                                                 "eprop | ctrnn/units="}));
  EXPECT_EQ(ends.n_measured(), 4u);
  for (std::size_t run = 0; run < design_.size(); ++run)
    EXPECT_NEAR(ends.seconds_per_update(run), told(run), 1e-6 * told(run)) << run_name(study_, design_[run]);
}

TEST_F(Times, one_measurement_is_made_in_any_case_and_the_rest_is_in_proportion) {
  const TrainingTimes one = times(0);
  EXPECT_EQ(measured_.size(), 1u);
  const std::size_t costliest = 2 * 6;  // 50 units, two initializations and three seeds each
  EXPECT_TRUE(one.is_measured(costliest));
  EXPECT_EQ(one.most_bytes(), costliest);
  for (const std::size_t run : one.kinds())
    EXPECT_NEAR(one.seconds_per_update(run), told(costliest) * flops_[run] / flops_[costliest], 1e-9 * told(run));
}

TEST_F(CostModel, memory_is_that_of_the_largest_run) {
  const auto memory = [&](const std::string& text, std::size_t training_bytes) {
    const Study study = read(text);
    return static_cast<double>(estimated_memory(study, expand(study), training_bytes));
  };
  const double small = memory(example(), 1000);
  EXPECT_GT(small, 10e6);
  EXPECT_NEAR(memory(example("seed = 3", "seed = 30"), 1000), small, 1e5) << "runs come one after the other";
  EXPECT_NEAR(memory(example(), 50'000'000), small + 50e6, 1e4);
  EXPECT_GT(memory(example("ctrnn/units=10", "ctrnn/units=200", "[snapshots]\nat_updates = [0]\n"), 1000),
            memory(example("ctrnn/units=10", "ctrnn/units=200"), 1000) + 1e6)
      << "one snapshot more";
  EXPECT_GT(memory(example_and("[similarity]\nmeasures = \"procrustes\"\n"), 1000), small);
}

TEST_F(CostModel, memory_counts_the_files_of_the_task) {
  if (is_sanitized) GTEST_SKIP() << "the heap is the sanitizer's";
  std::filesystem::create_directories(directory_.path("trials"));
  const auto memory = [&](std::size_t n_inputs) {
    write_npy(directory_.path("trials/inputs.npy"), {{1, 1, n_inputs}, std::vector<double>(n_inputs, 1)});
    write_npy(directory_.path("trials/classes.npy"), {{1}, {1}});
    const Study study =
        read(example("name = \"context_integration_mante_2013\"", "name = \"from_file\"\npath = \"trials\""));
    return static_cast<double>(estimated_memory(study, expand(study), 0));
  };
  EXPECT_NEAR(memory(1'000'001) - memory(1), 48e6, 1e5) << "the trial, the context without input, the inputs' names";
}

}  // namespace
}  // namespace cohort::test
