#include <cohort/analysis/analysis_time.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/analysis/untrained_runs.hpp>
#include <cohort/core/cpu_clock.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <algorithm>

namespace cohort {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::Ge;
using testing::Le;

/// Runs that nobody looks at.
class NoRuns final : public FinishedRuns {
 public:
  std::size_t size() const override { return 0; }
  std::uint64_t checksum(std::size_t) const override { return 0; }
  const std::vector<std::string>& levels() const override { return levels_; }
  Matrix<float> representation(std::size_t, std::size_t) const override { return {}; }
  std::vector<float> parameters(std::size_t, std::size_t) const override { return {}; }

 private:
  std::vector<std::string> levels_;
};

/// Each number of item i keeps the processor busy for (i + 1) x `seconds`.
class BusyAnalysis : public Analysis {
 public:
  BusyAnalysis(std::size_t n_items, std::size_t n_numbers, double seconds, bool fails = false)
      : n_items_(n_items), n_numbers_(n_numbers), seconds_(seconds), fails_(fails) {}

  const std::string& name() const override { return name_; }
  Schema datasets() const override { return {}; }
  std::size_t n_items() const override { return n_items_; }
  std::string item_name(std::size_t) const override { return "item"; }
  double cost(std::size_t item) const override { return static_cast<double>(1000 * (item + 1)); }
  std::vector<BlockPlace> places(std::size_t) const override { return {}; }
  std::vector<BlockPlace> made_from_places(std::size_t) const override { return {}; }
  std::vector<std::uint64_t> made_from(std::size_t, const FinishedRuns&) const override {
    return std::vector<std::uint64_t>(n_numbers_, 1);
  }
  void compute(std::size_t item, const FinishedRuns&, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues&) const override {
    if (fails_) throw RunError("cannot");
    for (const bool is_stale : stale) {
      if (!is_stale) continue;
      const double end = thread_cpu_seconds() + seconds_ * static_cast<double>(item + 1);
      while (thread_cpu_seconds() < end) ask(stop);
    }
  }

 private:
  std::string name_ = "busy";
  std::size_t n_items_, n_numbers_;
  double seconds_;
  bool fails_;
};

TEST(AnalysisTime, is_that_of_one_item_scaled_by_the_cost_of_all) {
  const AnalysisTime time = measured_time(BusyAnalysis(5, 10, 1e-4), NoRuns(), 1);
  EXPECT_TRUE(time.is_measured);
  EXPECT_THAT(time.seconds, DoubleNear(15 * 10 * 1e-4, 0.2 * 15e-3));
  EXPECT_THAT(time.longest_item, DoubleNear(5 * 10 * 1e-4, 0.2 * 5e-3));
}

TEST(AnalysisTime, of_an_item_that_takes_longer_than_one_waits_comes_from_a_few_of_its_numbers) {
  const double start = thread_cpu_seconds();
  const AnalysisTime time = measured_time(BusyAnalysis(1, 1000, 1e-3), NoRuns(), 0.05);
  EXPECT_LT(thread_cpu_seconds() - start, 0.1);
  EXPECT_TRUE(time.is_measured);
  EXPECT_THAT(time.seconds, DoubleNear(1, 0.2));
}

TEST(AnalysisTime, is_counted_where_even_one_number_takes_too_long_or_fails) {
  for (const BusyAnalysis& analysis : {BusyAnalysis(2, 1, 10), BusyAnalysis(2, 1, 0, true)}) {
    const AnalysisTime time = measured_time(analysis, NoRuns(), 0.02);
    EXPECT_FALSE(time.is_measured);
    EXPECT_GT(time.seconds, 0);
    EXPECT_DOUBLE_EQ(time.seconds, 1.5 * time.longest_item);
  }
}

TEST(AnalysisTime, is_counted_where_untrained_networks_say_nothing) {
  class Untried final : public BusyAnalysis {
   public:
    Untried() : BusyAnalysis(3, 1, 1e-6) {}
    bool can_be_tried() const override { return false; }
  };
  const AnalysisTime time = measured_time(Untried(), NoRuns(), 1);
  EXPECT_FALSE(time.is_measured);
  EXPECT_THAT(time.seconds, AllOf(Ge(6000 / 1e12), Le(6000 / 1e7)));  // between 1 TFLOP/s and 10 MFLOP/s
}

TEST(AnalysisTime, of_very_many_items_is_that_of_all_though_not_all_are_asked) {
  const AnalysisTime time = measured_time(BusyAnalysis(1'000'000, 1, 1e-9), NoRuns(), 1);
  EXPECT_THAT(time.seconds, AllOf(Ge(0.9 * 5e11 * 1e-9), Le(1.2 * 5e11 * 1e-9)));
}

TEST(AnalysisTime, of_no_items_is_nothing) { EXPECT_EQ(measured_time(BusyAnalysis(0, 1, 1), NoRuns(), 1).seconds, 0); }

using UntrainedRunsOfAStudy = test::StudyFiles;

TEST_F(UntrainedRunsOfAStudy, have_the_first_snapshot_of_training_at_every_level) {
  const Study study = read(example_and("[training]\nupdates = 1\n[snapshots]\nat_updates = [0]\nweights = true\n"));
  const Design design(study);
  const UntrainedRuns runs(study, design);
  for (const std::size_t run : {std::size_t{0}, design.size() - 1}) {
    const RunResult result = execute(study, design[run]);
    EXPECT_EQ(runs.representation(run, 0), result.snapshots[0].representation);
    EXPECT_EQ(runs.representation(run, 1), result.snapshots[0].representation);
    EXPECT_EQ(runs.parameters(run, 0), result.snapshots[0].parameters);
    EXPECT_NE(runs.checksum(run), 0U);
  }
}

}  // namespace
}  // namespace cohort
