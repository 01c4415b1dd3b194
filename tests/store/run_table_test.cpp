#include <support/sample_results.hpp>
#include <support/shared_directory.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/learning/rule_curve.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

namespace cohort {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsNan;

/// NaN equals NaN.
testing::AssertionResult same(const std::vector<float>& a, const std::vector<float>& b) {
  const bool equal = a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) {
                       return x == y || (std::isnan(x) && std::isnan(y));
                     });
  return equal ? testing::AssertionSuccess() : testing::AssertionFailure() << "values differ";
}

class RunTableTest : public SharedDirectoryTest {
 protected:
  /// A file in which each rank has written its share of the first `n_written` runs.
  ResultsFile written(std::size_t n_written) {
    ResultsFile file = ResultsFile::create(path(), sample_schema(), MPI_COMM_WORLD);
    RunTable table(file);
    for (std::size_t run = static_cast<std::size_t>(rank_); run < n_written; run += static_cast<std::size_t>(n_ranks_))
      table.write(run, sample_result(run), sample_attempt(run));
    file.flush();
    return file;
  }
};

TEST_F(RunTableTest, gives_back_every_run) {
  ResultsFile file = written(12);
  const RunTable table(file);
  for (std::size_t run = 0; run < 12; ++run) {
    const RunResult expected = sample_result(run), read = table.read(run);
    EXPECT_EQ(read.status, expected.status);
    EXPECT_EQ(read.message, expected.message);
    EXPECT_EQ(read.wall_seconds, expected.wall_seconds);
    EXPECT_EQ(read.cpu_seconds, expected.cpu_seconds);
    for (std::size_t curve = 0; curve < 2; ++curve) {
      auto values = expected.curves[curve].values;
      values.resize(21, std::numeric_limits<float>::quiet_NaN());
      EXPECT_EQ(read.curves[curve].name, expected.curves[curve].name);
      EXPECT_TRUE(same(read.curves[curve].values, values));
      EXPECT_TRUE(same(table.read_curve(run, expected.curves[curve].name), values));
    }
    for (std::size_t level = 0; level < 2; ++level) {
      EXPECT_EQ(read.snapshots[level].update, expected.snapshots[level].update);
      EXPECT_EQ(read.snapshots[level].representation, expected.snapshots[level].representation);
      EXPECT_EQ(read.snapshots[level].outputs, expected.snapshots[level].outputs);
      EXPECT_EQ(read.snapshots[level].parameters, expected.snapshots[level].parameters);
      if (expected.snapshots[level].update < 0)
        EXPECT_TRUE(std::isnan(read.snapshots[level].error));
      else
        EXPECT_EQ(read.snapshots[level].error, expected.snapshots[level].error);
    }
    EXPECT_EQ(read.network.initial.radius, expected.network.initial.radius);
    EXPECT_EQ(read.network.initial.norm, expected.network.initial.norm);
    for (const auto moment : {&NetworkFacts::start, &NetworkFacts::end}) {
      EXPECT_EQ((read.network.*moment).mean, (expected.network.*moment).mean);
      EXPECT_EQ((read.network.*moment).silent, (expected.network.*moment).silent);
      EXPECT_EQ((read.network.*moment).saturated, (expected.network.*moment).saturated);
    }
  }
}

/// Rows from before networks were described, copied into a file that describes them, still count.
TEST_F(RunTableTest, a_row_that_says_nothing_of_its_network_counts_as_it_did) {
  ResultsFile file = ResultsFile::create(path(), sample_schema(), MPI_COMM_WORLD);
  RunTable table(file);
  RunResult result = sample_result(0);
  result.network = {};
  if (rank_ == 0) table.write(0, result, sample_attempt(0));
  barrier();
  EXPECT_TRUE(table.is_finished(0));
  const auto described = file.read<std::uint64_t>("/state/checksum", {0}, {1});
  EXPECT_TRUE(std::isnan(table.read(0).network.initial.radius));
  barrier();
  if (rank_ == 0) table.write(0, sample_result(0), sample_attempt(0));
  barrier();
  EXPECT_NE(file.read<std::uint64_t>("/state/checksum", {0}, {1}), described);
}

TEST_F(RunTableTest, a_row_counts_only_once_all_of_it_is_written) {
  ResultsFile file = written(12);
  RunTable table(file);
  if (rank_ == 0) {
    RunResult broken = sample_result(2);
    broken.snapshots[0].parameters.assign(99, 1);  // more than there is room for: the writer is left in the middle
    EXPECT_THROW(table.write(2, broken, sample_attempt(2)), InternalError);
    EXPECT_EQ(table.read_status()[2], RunStatus::pending);
    table.write(2, sample_result(2), sample_attempt(2));
    EXPECT_EQ(table.read_status()[2], RunStatus::done);
  }
  barrier();
}

TEST_F(RunTableTest, stores_samples_by_units_and_pads_with_nan) {
  ResultsFile file = written(12);
  const auto expected = sample_result(4).snapshots[1].representation;  // 4 units of at most 5
  const auto stored = file.read<float>("/snapshots/representation", {4, 1, 0, 0}, {1, 1, 4, 5});
  for (Index sample = 0; sample < 4; ++sample) {
    for (Index unit = 0; unit < 4; ++unit)
      EXPECT_EQ(stored[static_cast<std::size_t>(sample * 5 + unit)], expected(sample, unit));
    EXPECT_TRUE(std::isnan(stored[static_cast<std::size_t>(sample * 5 + 4)]));
  }
  EXPECT_THAT(file.read<float>("/snapshots/representation", {1, 1, 0, 0}, {1, 1, 4, 5}), Each(IsNan()));
}

TEST_F(RunTableTest, rebuilds_a_compressed_representation) {
  ResultsShape shape = sample_shape();
  shape.n_components = 2;
  shape.tolerance = 1e-4;
  Schema schema = results_schema(shape);
  schema.attributes = sample_schema().attributes;
  ResultsFile file = ResultsFile::create(path(), schema, MPI_COMM_WORLD);
  RunTable table(file);
  RunResult usual = sample_result(0), exploded = sample_result(1), silent = sample_result(2), wide = sample_result(4);
  exploded.snapshots[0].representation(2, 1) = std::numeric_limits<float>::infinity();
  silent.snapshots[0].representation.setConstant(0.25f);
  wide.snapshots[0].representation = Matrix<float>::Identity(4, 5);  // three components, and room for two
  if (rank_ == 0) {
    table.write(0, usual, sample_attempt(0));
    table.write(1, exploded, sample_attempt(1));
    table.write(2, silent, sample_attempt(2));
    table.write(4, wide, sample_attempt(4));
  }
  barrier();
  EXPECT_FALSE(file.has("/snapshots/representation"));
  EXPECT_TRUE(table.is_finished(0) && table.is_finished(1) && table.is_finished(2) && table.is_finished(4));
  const auto kept = table.read_cut_representation(0, 0).value();
  EXPECT_EQ(kept.scores.cols(), 1) << "all units do the same";
  EXPECT_LT(kept.rest, 1e-6);
  const Matrix<float>& whole = usual.snapshots[0].representation;
  EXPECT_LT((table.read_representation(0, 0) - whole).norm(), 1e-5f * whole.norm());
  EXPECT_FALSE(table.read_cut_representation(1, 0).has_value());
  EXPECT_TRUE(table.read_representation(1, 0).array().isNaN().all());
  EXPECT_EQ(table.read_representation(1, 0).cols(), exploded.snapshots[0].representation.cols());
  EXPECT_EQ(table.read_representation(1, 1).size(), 0) << "never reached";
  EXPECT_EQ(table.read_representation(2, 0), silent.snapshots[0].representation);
  EXPECT_NEAR(table.read_cut_representation(4, 0)->rest, std::sqrt(1.0 / 3), 1e-6);
}

TEST_F(RunTableTest, only_done_and_diverged_runs_are_finished) {
  ResultsFile file = written(8);
  const RunTable table(file);
  EXPECT_THAT(table.finished(), ElementsAre(1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0));
  const auto states = table.read_states();
  EXPECT_EQ(states[3].status, RunStatus::failed);
  EXPECT_EQ(states[3].message, "run 3 did not like it");
  EXPECT_EQ(states[3].attempts, 2);
  EXPECT_EQ(states[7].rank, 1);
  EXPECT_EQ(states[7].started, 1.7e9 + 7);
  EXPECT_EQ(states[7].finished, 1.7e9 + 17);
  EXPECT_EQ(states[8].status, RunStatus::pending);
  EXPECT_EQ(states[8].attempts, 0);
  EXPECT_EQ(states[8].rank, -1);
  EXPECT_EQ(table.read_status()[4], RunStatus::diverged);
}

TEST_F(RunTableTest, remembers_attempts_that_never_ended) {
  ResultsFile file = written(0);
  RunTable table(file);
  if (rank_ == 0) table.begin(5, {2, 7, 1e9, 0});
  barrier();
  const RunState state = table.read_states()[5];
  EXPECT_EQ(state.attempts, 2);
  EXPECT_EQ(state.rank, 7);
  EXPECT_EQ(state.status, RunStatus::pending);
}

TEST_F(RunTableTest, a_second_attempt_leaves_nothing_of_the_first) {
  ResultsFile file = written(12);
  RunTable table(file);
  RunResult poor;
  poor.status = RunStatus::diverged;
  if (rank_ == 0) table.write(0, poor, {3, 0, 0, 0});
  barrier();
  EXPECT_TRUE(table.is_finished(0));
  EXPECT_THAT(table.read(0).curves[0].values, Each(IsNan()));
  EXPECT_EQ(table.read(0).message, "");
  EXPECT_EQ(table.read(0).snapshots[0].update, -1);
  EXPECT_EQ(table.read(0).snapshots[0].representation.size(), 0);
  EXPECT_EQ(table.read_states()[0].attempts, 3);
}

/// The sample study with a curve that only the rule of run 1 has.
Schema schema_with_a_rules_curve() {
  ResultsShape shape = sample_shape();
  shape.curves.push_back({RuleCurve{"own", ""}.path(), "of one rule"});
  Schema schema = results_schema(shape);
  schema.attributes = sample_schema().attributes;
  return schema;
}

TEST_F(RunTableTest, a_curve_of_one_rule_is_nothing_to_the_rows_of_others) {
  ResultsFile plain = written(3);
  ResultsFile file = ResultsFile::create(path("own.h5"), schema_with_a_rules_curve(), MPI_COMM_WORLD);
  RunTable table(file);
  RunResult with_curve = sample_result(1);
  with_curve.curves.push_back({"rule/own", std::vector<float>(21, 0.5F)});
  if (rank_ == 0) {
    table.write(0, sample_result(0), sample_attempt(0));
    table.write(1, with_curve, sample_attempt(1));
  }
  barrier();
  const auto checksums = file.read<std::uint64_t>("/state/checksum", {0}, {2});
  const auto expected = plain.read<std::uint64_t>("/state/checksum", {0}, {2});
  EXPECT_EQ(checksums[0], expected[0]) << "as in a study without such a rule";
  EXPECT_NE(checksums[1], expected[1]);
  EXPECT_TRUE(table.is_finished(0));
  EXPECT_TRUE(table.is_finished(1));
  EXPECT_EQ(table.read(0).curves.size(), 2U);
  ASSERT_EQ(table.read(1).curves.size(), 3U);
  EXPECT_EQ(table.read(1).curves.back().name, "rule/own");
  barrier();
  if (rank_ == 0) file.write<float>("/curves/rule/own", {0, 0}, {1, 1}, std::vector<float>{1.0F});
  if (rank_ == 0) file.write<float>("/curves/rule/own", {1, 0}, {1, 1}, std::vector<float>{1.0F});
  barrier();
  EXPECT_FALSE(table.is_finished(0)) << "a value where there was none";
  EXPECT_FALSE(table.is_finished(1));
}

// Every byte of the payload counts: one is flipped on disk, behind the program's back.
TEST_F(RunTableTest, a_flipped_byte_in_any_dataset_is_noticed) {
  for (const char* dataset :
       {"/curves/gradient_norm", "/curves/loss", "/snapshots/update", "/snapshots/error", "/snapshots/n_units",
        "/snapshots/representation", "/snapshots/outputs", "/snapshots/n_parameters", "/snapshots/parameters",
        "/networks/initial_radius", "/networks/silent", "/state/checksum"}) {
    ResultsFile file =
        ResultsFile::create(path(dataset + 1 + std::string(dataset).rfind('/')), sample_schema(), MPI_COMM_WORLD);
    RunTable table(file);
    if (rank_ == 0) table.write(2, sample_result(2), sample_attempt(2));
    barrier();
    ASSERT_TRUE(table.is_finished(2));
    barrier();
    Extent last = file.extent(dataset);
    for (std::size_t& index : last) --index;
    last[0] = 2;
    const Extent one(last.size(), 1);
    if (rank_ == 0) {
      const bool is_float = std::string(dataset).find("/curves") == 0 || std::string(dataset).ends_with("tion") ||
                            std::string(dataset).ends_with("/parameters") ||
                            std::string(dataset).ends_with("/outputs") || std::string(dataset).find("/networks") == 0;
      if (is_float) {
        auto value = file.read<float>(dataset, last, one);
        std::uint32_t bits;
        std::memcpy(&bits, value.data(), 4);
        bits ^= 1;
        std::memcpy(value.data(), &bits, 4);
        file.write<float>(dataset, last, one, value);
      } else if (std::string(dataset) == "/snapshots/error") {
        auto value = file.read<double>(dataset, last, one);
        value[0] = std::nextafter(value[0], 1.0);
        file.write<double>(dataset, last, one, value);
      } else {
        auto value = file.read<std::uint64_t>(dataset, last, one);
        value[0] ^= 1;
        file.write<std::uint64_t>(dataset, last, one, value);
      }
    }
    barrier();
    EXPECT_FALSE(table.is_finished(2)) << dataset;
    EXPECT_EQ(table.read_status()[2], RunStatus::done);
  }
}

TEST_F(RunTableTest, a_flipped_status_is_noticed) {
  ResultsFile file = written(12);
  const RunTable table(file);
  const std::uint8_t done = 1;
  if (rank_ == 0) {
    file.write<std::uint8_t>("/state/status", {3}, {1}, std::span(&done, 1));  // failed
    file.write<std::uint8_t>("/state/status", {4}, {1}, std::span(&done, 1));  // diverged
  }
  barrier();
  EXPECT_FALSE(table.is_finished(3));
  EXPECT_FALSE(table.is_finished(4));
}

TEST_F(RunTableTest, refuses_results_that_do_not_fit) {
  ResultsFile file = written(0);
  RunTable table(file);
  const auto refuses = [&](auto&& change) {
    RunResult result = sample_result(0);
    change(result);
    EXPECT_THROW(table.write(0, result, {}), InternalError);
  };
  refuses([](RunResult& r) { r.status = RunStatus::pending; });
  refuses([](RunResult& r) { r.curves[0].name = "unknown"; });
  refuses([](RunResult& r) { r.curves[0].values.resize(22); });
  refuses([](RunResult& r) { r.snapshots.resize(3); });
  refuses([](RunResult& r) { r.snapshots[0].representation.resize(5, 3); });
  refuses([](RunResult& r) { r.snapshots[0].representation.resize(4, 6); });
  refuses([](RunResult& r) { r.snapshots[0].parameters.resize(8); });
  barrier();
  EXPECT_FALSE(table.is_finished(0));
}

TEST_F(RunTableTest, works_without_snapshots) {
  ResultsShape shape = sample_shape();
  shape.levels.clear();
  ResultsFile file = ResultsFile::create(path(), results_schema(shape), MPI_COMM_WORLD);
  RunTable table(file);
  RunResult result = sample_result(0);
  result.snapshots.clear();
  if (rank_ == 0) table.write(0, result, {});
  barrier();
  EXPECT_TRUE(table.is_finished(0));
  EXPECT_TRUE(table.read(0).snapshots.empty());
}

TEST_F(RunTableTest, is_read_by_one_process_alone) {
  ResultsFile file = written(8);
  ResultsFile reader = ResultsFile::open_serial(path());
  EXPECT_THAT(RunTable(reader).finished(), ElementsAre(1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0));
  EXPECT_EQ(RunTable(reader).keys(), sample_shape().keys.all());
}

TEST_F(RunTableTest, segments_are_counted_when_their_rows_are_used_up) {
  ResultsFile file = written(0);
  SegmentLog log(file);
  EXPECT_TRUE(log.read().empty());
  barrier();
  if (rank_ == 0) {
    for (int start = 1; start <= 66; ++start) {
      log.begin({std::to_string(start), "host", "0.1", "cpu", 4, 1e9 + start, 0, ""});
      if (start % 2 == 0) log.end(2e9, "deadline");
    }
  }
  barrier();
  const auto segments = log.read();
  EXPECT_EQ(log.n_starts(), 66);
  ASSERT_EQ(segments.size(), 64u);
  EXPECT_EQ(segments[0].job, "1");
  EXPECT_TRUE(std::isnan(segments[0].ended));
  EXPECT_EQ(segments[1].reason, "deadline");
  EXPECT_EQ(segments[62].job, "63");
  EXPECT_EQ(segments[63].job, "66");
  EXPECT_EQ(segments[63].started, 1e9 + 66);
}

}  // namespace
}  // namespace cohort
