#include <cohort/study/cost_model.hpp>

#include <support/study_files.hpp>

#include <gtest/gtest.h>

#include <map>

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
    for (const cohort::Run& run : expand(study).runs) result[run_name(study, run)] = estimated_flops(study, run);
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

TEST_F(CostModel, an_update_takes_time) {
  const Study study = read(example_and("[training]\nupdates = 10\nbatch = 4\n"));
  const double seconds = measured_seconds_per_update(study, expand(study).runs[0]);
  EXPECT_GT(seconds, 1e-6);
  EXPECT_LT(seconds, 1);
}

TEST_F(CostModel, memory_is_that_of_the_largest_run) {
  const auto memory = [&](const std::string& text) {
    const Study study = read(text);
    return static_cast<double>(estimated_memory(study, expand(study)));
  };
  const double small = memory(example());
  EXPECT_GT(small, 10e6);
  EXPECT_EQ(memory(example("seed = 3", "seed = 30")), small) << "runs come one after the other";
  EXPECT_GT(memory(example("ctrnn/units=10", "ctrnn/units=2000")), small + 4.0 * 4 * 2000 * 2000);
  EXPECT_GT(memory(example_and("[training]\nbatch = 1000\n")), small + 1000.0 * 113 * 10 * 4);
}

}  // namespace
}  // namespace cohort::test
