#include <cohort/report/closing_tables.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/report/study_summary.hpp>
#include <cohort/similarity/comparability.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/segment_log.hpp>

#include <support/sample_results.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <span>

namespace cohort {
namespace {

using test::TemporaryDirectory;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kRuns = 8;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two rules (run % 2) on two architectures (run / 2 % 2) with two seeds (run / 4).
ResultsShape crossed_shape() {
  ResultsShape shape = sample_shape(kRuns);
  const auto factor = [](const char* name, std::vector<std::string> levels) {
    return FactorCodes{name, std::string(name) + " of the run", std::move(levels), {}};
  };
  shape.factors = {factor("rule", {"bptt", "eprop"}), factor("architecture", {"ctrnn/units=3", "gru/units=5"}),
                   factor("initialization", {"gaussian"}), factor("optimizer", {"adam"}), factor("seed", {"0", "1"})};
  std::vector<std::int32_t> codes[5];
  for (std::size_t run = 0; run < kRuns; ++run) {
    const auto code = static_cast<std::int32_t>(run);
    const std::int32_t levels[] = {code % 2, code / 2 % 2, 0, 0, code / 4};
    for (std::size_t i = 0; i < 5; ++i) codes[i].push_back(levels[i]);
  }
  for (std::size_t i = 0; i < 5; ++i) shape.factors[i].codes = codes[i];
  shape.levels = {"update=0", "accuracy>=0.8"};
  return shape;
}

/// Distances of every run to every other and to one recording.
Schema distances_schema() {
  Schema schema;
  Dimension recording{"recording", 1, "recorded population"};
  recording.labels = {"m1.npy"};
  schema.dimensions = {recording, {"other_run", kRuns, "number of the run"}};
  const auto add = [&](const char* suffix, std::vector<std::string> dimensions) {
    schema.datasets.push_back(
        {std::string("/similarity/procrustes") + suffix, ValueType::f64, std::move(dimensions), "1", "distance"});
  };
  add("", {"level", "run", "other_run"});
  schema.datasets.back().attributes = {{"measure", "procrustes"}};
  add("_made_from", {"level", "run", "other_run"});
  add("_recording_normalized", {"level", "run", "recording"});
  for (const char* suffix : {"_ceiling_normalized", "_ceiling_sd_normalized", "_baseline_normalized"})
    add(suffix, {"recording"});
  const auto add_codes = [&](const char* name, std::vector<std::string> dimensions) {
    schema.datasets.push_back(
        {std::string("/similarity/") + name, ValueType::u8, std::move(dimensions), "1", "reason"});
  };
  add_codes("procrustes_ceiling_reason", {"recording"});
  add_codes("procrustes_baseline_reason", {"recording"});
  add_codes("comparability", {"run", "level"});
  return schema;
}

void write_all(ResultsFile& file, const std::string& dataset, const std::vector<double>& values) {
  const Extent extent = file.extent(dataset);
  file.write<double>(dataset, Extent(extent.size(), 0), extent, std::span<const double>(values));
}

class StudySummaryTest : public testing::Test {
 protected:
  StudySummaryTest() {
    Schema schema = results_schema(crossed_shape());
    schema.attributes = {{"title", "sample"}, {"study_key", "k"}, {"study", ""}, {"build", "{}"}};
    schema.append(AnalysisLog::schema({"similarity/procrustes"}));
    schema.append(distances_schema());
    ResultsFile file = ResultsFile::create(path(), schema, MPI_COMM_SELF);
    write_runs(file);
    write_distances(file);
    AnalysisLog(file).write({"similarity/procrustes", 4, 3, 1, nan});
    SegmentLog(file).begin({"", "node1", "", "", 2, 60, nan, ""});
    file.close();
  }

  std::string path() const { return directory_.path("results.h5"); }

  StudySummary summary() const {
    ResultsFile file = ResultsFile::open_serial(path());
    return summary_of(file);
  }

  static void write_runs(ResultsFile& file) {
    RunTable table(file);
    for (std::size_t run = 0; run < kRuns - 1; ++run) {  // the last one is pending; 3 fails, 4 diverges
      RunResult result = sample_result(run);
      result.snapshots[1].error = 0.1 * static_cast<double>(run);
      table.write(run, result, sample_attempt(run));
    }
  }

  static void write_code(const std::string& path, const std::string& dataset, const Extent& place, Comparability code) {
    ResultsFile file = ResultsFile::open(path, ResultsFile::Access::read_write, MPI_COMM_SELF);
    const auto value = static_cast<std::uint8_t>(code);
    file.write<std::uint8_t>(dataset, place, Extent(place.size(), 1), std::span(&value, 1));
    file.close();
  }

  /// Runs of one rule are a right angle apart, of two rules a third of it; run 5 has no distance at the second level. A
  /// run is its own number away from the recording.
  static void write_distances(ResultsFile& file) {
    std::vector<double> pairs, to_recording;
    for (std::size_t level = 0; level < 2; ++level) {
      for (std::size_t a = 0; a < kRuns; ++a) {
        to_recording.push_back(level == 1 && a == 2 ? nan : static_cast<double>(a));
        for (std::size_t b = 0; b < kRuns; ++b) {
          const bool is_missing = level == 1 && (a == 5 || b == 5);
          pairs.push_back(is_missing ? nan : std::numbers::pi / (a % 2 == b % 2 ? 2 : 6));
        }
      }
    }
    write_all(file, "/similarity/procrustes", pairs);
    write_all(file, "/similarity/procrustes_recording_normalized", to_recording);
    write_all(file, "/similarity/procrustes_ceiling_normalized", {0.25});
    write_all(file, "/similarity/procrustes_ceiling_sd_normalized", {0.5});
    write_all(file, "/similarity/procrustes_baseline_normalized", {0.75});
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(StudySummaryTest, KnowsFactorsAndLevels) {
  const StudySummary summary = this->summary();
  ASSERT_EQ(summary.factors.size(), 5u);
  EXPECT_EQ(summary.factors[1].name, "architecture");
  EXPECT_THAT(summary.factors[1].levels, ElementsAre("ctrnn/units=3", "gru/units=5"));
  EXPECT_TRUE(summary.factors[0].is_crossed());
  EXPECT_FALSE(summary.factors[2].is_crossed());
  EXPECT_THAT(summary.levels, ElementsAre("update=0", "accuracy>=0.8"));
}

TEST_F(StudySummaryTest, GroupsRunsThatDifferInTheirSeed) {
  const StudySummary summary = this->summary();
  ASSERT_EQ(summary.groups.size(), 4u);
  const RunGroup& first = summary.groups.front();  // bptt, ctrnn: runs 0 and 4, which diverged
  EXPECT_THAT(first.levels, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(first.runs, ElementsAre(0, 4));
  EXPECT_EQ(first.n_done, 1u);
  EXPECT_EQ(first.final_error.n, 1u);
  EXPECT_EQ(first.updates[1].n, 2u);
  EXPECT_DOUBLE_EQ(first.updates[1].mean, 6);
  const RunGroup& second = summary.groups[1];  // bptt, gru: runs 2 and 6
  EXPECT_THAT(second.runs, ElementsAre(2, 6));
  EXPECT_DOUBLE_EQ(second.final_error.mean, 0.4);
  EXPECT_DOUBLE_EQ(second.final_error.deviation, 0.4 / std::sqrt(2.0));
  EXPECT_EQ(summary.groups[2].updates[1].n, 0u);  // eprop, ctrnn: runs 1 and 5 never reach the second level
}

TEST_F(StudySummaryTest, ComparesWithRecordingsGroupByGroup) {
  const StudySummary summary = this->summary();
  ASSERT_EQ(summary.recordings.size(), 1u);
  const RecordingSummary& distances = summary.recordings.front();
  EXPECT_EQ(distances.measure, "procrustes");
  EXPECT_EQ(distances.recording, "m1.npy");
  EXPECT_DOUBLE_EQ(distances.ceiling, 0.25);
  EXPECT_DOUBLE_EQ(distances.ceiling_deviation, 0.5);
  EXPECT_DOUBLE_EQ(distances.baseline, 0.75);
  EXPECT_DOUBLE_EQ(distances.groups[1][0].mean, 4);  // runs 2 and 6
  EXPECT_EQ(distances.groups[1][1].n, 1u);
  EXPECT_DOUBLE_EQ(distances.groups[1][1].mean, 6);
}

TEST_F(StudySummaryTest, ComparesRunsThatDifferInOneFactorOnly) {
  const StudySummary summary = this->summary();
  ASSERT_EQ(summary.distances.size(), 1u);
  const MeasureSummary& distances = summary.distances.front();
  EXPECT_EQ(distances.name, "procrustes");
  ASSERT_EQ(distances.factors.size(), 3u);  // rule, architecture, seed
  const PairSummary& rules = distances.factors.front();
  EXPECT_EQ(rules.n_pairs, 4u);  // of two architectures and two seeds
  EXPECT_EQ(rules.distances[0].n, 4u);
  EXPECT_EQ(rules.distances[1].n, 3u);
  EXPECT_DOUBLE_EQ(rules.distances[0].mean, 1.0 / 3) << "normalized on reading";
  const PairSummary& seeds = distances.factors.back();
  EXPECT_EQ(seeds.factor, 4u);
  EXPECT_EQ(seeds.n_pairs, 4u);
  EXPECT_DOUBLE_EQ(seeds.distances[0].mean, 1);
}

TEST_F(StudySummaryTest, SaysWhyANumberIsMissing) {
  EXPECT_TRUE(summary().recordings[0].no_ceiling.empty());
  EXPECT_TRUE(summary().incomparable.empty());
  write_code(path(), "/similarity/procrustes_ceiling_reason", {0}, Comparability::single_unit);
  write_code(path(), "/similarity/procrustes_baseline_reason", {0}, Comparability::constant_mean);
  write_code(path(), "/similarity/comparability", {3, 1}, Comparability::constant);
  write_code(path(), "/similarity/comparability", {5, 1}, Comparability::constant);
  write_code(path(), "/similarity/comparability", {5, 0}, Comparability::not_finite);
  write_code(path(), "/similarity/comparability", {1, 1}, Comparability::level_not_reached);
  const std::string text = closing_tables(summary());
  EXPECT_THAT(text, HasSubstr("halves of the recording - (it has a single unit, which has no halves), "
                              "cross-condition average - (its mean over conditions does not vary)\n"));
  EXPECT_THAT(text, HasSubstr("\n1 run not compared at update=0: it holds NaN or infinite values\n"
                              "2 runs not compared at accuracy>=0.8: every unit is constant over all samples"));
  EXPECT_THAT(text, testing::Not(HasSubstr("not reached")));
}

TEST_F(StudySummaryTest, TellsHowFarTheFileIs) {
  const StudySummary summary = this->summary();
  EXPECT_EQ(summary.progress.title, "sample");
  EXPECT_EQ(summary.progress.segments.front().host, "node1");
  EXPECT_EQ(status_text(summary.progress),
            "8 runs: 5 done, 1 diverged, 1 failed, 1 to do\n"
            "  run 3 failed: run 3 did not like it\n"
            "  run 4 diverged: run 4 did not like it\n"
            "  similarity/procrustes: 3 of 4 items done, 1 failed\n");
}

TEST_F(StudySummaryTest, ClosesWithThreeTables) {
  EXPECT_EQ(closing_tables(summary()),
            "rule   architecture   initialization  runs  final error      updates to accuracy>=0.8\n"
            "-------------------------------------------------------------------------------------\n"
            "bptt   ctrnn/units=3  gaussian        1/2   0.0000           6 ± 0\n"
            "bptt   gru/units=5    gaussian        2/2   0.4000 ± 0.2828  6 ± 0\n"
            "eprop  ctrnn/units=3  gaussian        2/2   -                - (0/2)\n"
            "eprop  gru/units=5    gaussian        0/2   -                6 (1/2)\n"
            "\n"
            "procrustes distance (normalized) to m1.npy; halves of the recording 0.2500 ± 0.5000, "
            "cross-condition average 0.7500\n"
            "rule   architecture   initialization  update=0         accuracy>=0.8\n"
            "----------------------------------------------------------------------\n"
            "bptt   ctrnn/units=3  gaussian        2.0000 ± 2.8284  2.0000 ± 2.8284\n"
            "bptt   gru/units=5    gaussian        4.0000 ± 2.8284  6.0000\n"
            "eprop  ctrnn/units=3  gaussian        3.0000 ± 2.8284  3.0000 ± 2.8284\n"
            "eprop  gru/units=5    gaussian        5.0000 ± 2.8284  5.0000 ± 2.8284\n"
            "\n"
            "procrustes distance (normalized) between runs that differ in one factor only\n"
            "factor        pairs  update=0         accuracy>=0.8\n"
            "-----------------------------------------------------------\n"
            "rule          4      0.3333 ± 0.0000  0.3333 ± 0.0000 (3/4)\n"
            "architecture  4      1.0000 ± 0.0000  1.0000 ± 0.0000 (3/4)\n"
            "seed          4      1.0000 ± 0.0000  1.0000 ± 0.0000 (3/4)\n");
}

TEST_F(StudySummaryTest, SaysWhenMostUnitsAreSilentOrSaturated) {
  StudySummary summary = this->summary();
  EXPECT_THAT(summary.groups[1].silent, ElementsAre(0.375, 0.375)) << "runs 2 and 6";
  EXPECT_THAT(summary.groups[1].saturated, ElementsAre(2 * 0.03125, 6 * 0.03125));
  EXPECT_EQ(summary.groups[0].silent.size(), 1u) << "of the runs that are done";
  summary.groups[1].silent = {0.75, 0.5};
  summary.groups[2].saturated = {1, 1};
  const std::string tables = closing_tables(summary);
  EXPECT_THAT(tables,
              HasSubstr("bptt | gru/units=5 | gaussian: most units are silent at the end in 1 of 2 runs (share of "
                        "units: 0.62 ± 0.18)\n"));
  EXPECT_THAT(tables,
              HasSubstr("eprop | ctrnn/units=3 | gaussian: most units are saturated at the end in 2 of 2 runs"));
}

TEST_F(StudySummaryTest, WarnsOfLevelsAtChance) {
  StudySummary summary = this->summary();
  summary.chance = {nan, 0.5};
  EXPECT_THAT(closing_tables(summary), testing::Not(HasSubstr("chance")));
  summary.chance = {nan, 0.8};
  EXPECT_THAT(closing_tables(summary), HasSubstr("level accuracy>=0.8 is at chance or below"));
}

TEST_F(StudySummaryTest, NamesTheOptimizerOfAGroupOnlyWhenThereAreSeveral) {
  StudySummary summary = this->summary();
  EXPECT_THAT(closing_tables(summary), testing::Not(HasSubstr("optimizer")));
  summary.factors[3].levels.push_back("sgd");
  EXPECT_THAT(closing_tables(summary), HasSubstr("initialization  optimizer  runs"));
}

TEST_F(StudySummaryTest, ShowsLastValuesOfCurvesThatAGroupTells) {
  StudySummary summary = this->summary();
  summary.last_curves = {"accuracy"};
  for (RunGroup& group : summary.groups) group.last_values = {moments_of({0.5, 1})};
  EXPECT_THAT(closing_tables(summary), HasSubstr("final accuracy"));
  EXPECT_THAT(closing_tables(summary), HasSubstr("0.7500 ± 0.3536"));
}

}  // namespace
}  // namespace cohort
