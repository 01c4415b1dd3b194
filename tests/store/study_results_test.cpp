#include <support/sample_results.hpp>
#include <support/shared_directory.hpp>

#include <cohort/store/resume_plan.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/store/study_results.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace cohort {
namespace {

using testing::ElementsAre;

Schema similarity_schema(std::size_t n_runs) {
  Schema schema;
  schema.dimensions = {{"run", n_runs}, {"other_run", n_runs}};
  schema.datasets = {{"/similarity/cka", ValueType::f64, {"run", "other_run"}, "1", "CKA"}};
  return schema;
}

class StudyResultsTest : public SharedDirectoryTest {
 protected:
  /// Opens the results of the study and lets every rank write its share of the first `n_written` runs.
  void write_runs(const Schema& schema, std::size_t n_written) {
    ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
    RunTable table(file);
    for (std::size_t run = static_cast<std::size_t>(rank_); run < n_written; run += static_cast<std::size_t>(n_ranks_))
      table.write(run, sample_result(run), sample_attempt(run));
    if (rank_ == 0) SegmentLog(file).begin({"4711", "host", "0.1", "cpu", n_ranks_, 1e9, 0, ""});
    file.close();
  }

  std::size_t files_in_directory() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }
};

TEST_F(StudyResultsTest, goes_on_where_the_last_job_stopped) {
  write_runs(sample_schema(), 6);
  ResultsFile file = open_study_results(path(), sample_schema(), MPI_COMM_WORLD).file;
  EXPECT_THAT(RunTable(file).finished(), ElementsAre(1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(SegmentLog(file).n_starts(), 1);
}

/// Files of before let an untrained network reach a level.
TEST_F(StudyResultsTest, runs_that_reached_a_level_by_luck_are_made_again) {
  ResultsShape shape = sample_shape(6);
  shape.levels = {"update=0", "accuracy>=0.5"};
  const auto schema_with = [&](const std::vector<double>& chance) {
    shape.chance = chance;
    Schema schema = results_schema(shape);
    schema.attributes = sample_schema().attributes;
    return schema;
  };
  {
    ResultsFile file = open_study_results(path(), schema_with({}), MPI_COMM_WORLD).file;
    RunTable table(file);
    if (rank_ == 0)
      for (const std::size_t run : {0, 2, 5}) {
        RunResult result = sample_result(run);
        result.snapshots[0].update = 0;
        result.snapshots[1].update = run == 2 ? 0 : 7;
        if (run == 5) result.snapshots[1] = {};
        table.write(run, result, sample_attempt(run));
      }
    file.close();
  }
  ResultsFile file = open_study_results(path(), schema_with({NAN, 0.5}), MPI_COMM_WORLD).file;
  EXPECT_THAT(RunTable(file).finished(), ElementsAre(1, 0, 0, 0, 0, 1));
  EXPECT_EQ(RunTable(file).read(0).network.initial.radius, 0.5) << "what was noted moves with the run";
  EXPECT_EQ(file.read<double>("/snapshots/chance").back(), 0.5);
}

TEST_F(StudyResultsTest, added_runs_keep_what_is_finished_wherever_it_moves) {
  write_runs(sample_schema(6), 6);
  ResultsShape larger = sample_shape(12);
  larger.keys = reversed(larger.keys);
  larger.max_units = 9;  // the new runs have larger networks
  larger.max_parameters = 11;
  Schema schema = results_schema(larger);
  schema.attributes = sample_schema().attributes;

  ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
  const RunTable table(file);
  EXPECT_THAT(table.finished(), ElementsAre(0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1));
  for (const std::size_t run : {0, 1, 2, 4, 5}) {
    const RunResult kept = table.read(11 - run), expected = sample_result(run);
    EXPECT_EQ(kept.status, expected.status);
    EXPECT_EQ(kept.message, expected.message);
    EXPECT_EQ(kept.curves[1].values[2], expected.curves[1].values[2]);
    EXPECT_EQ(kept.snapshots[0].representation, expected.snapshots[0].representation);
    EXPECT_EQ(kept.snapshots[1].representation, expected.snapshots[1].representation);
    EXPECT_EQ(kept.snapshots[0].parameters, expected.snapshots[0].parameters);
    EXPECT_EQ(table.read_states()[11 - run].attempts, sample_attempt(run).number);
  }
  EXPECT_EQ(file.extent("/snapshots/representation"), (Extent{12, 2, 4, 9}));
  EXPECT_EQ(SegmentLog(file).read().at(0).job, "4711");
  EXPECT_EQ(files_in_directory(), 1u) << "nothing was lost, so nothing is kept aside";
}

TEST_F(StudyResultsTest, knows_which_runs_are_finished_without_a_second_look) {
  const auto expect_known = [&](const Schema& schema, const std::vector<bool>& expected) {
    StudyResults results = open_study_results(path(), schema, MPI_COMM_WORLD);
    EXPECT_EQ(results.finished, expected);
    EXPECT_EQ(RunTable(results.file).finished(), expected);
    results.file.close();
  };
  expect_known(sample_schema(6), {0, 0, 0, 0, 0, 0});
  write_runs(sample_schema(6), 5);
  expect_known(sample_schema(6), {1, 1, 1, 0, 1, 0});
  expect_known(sample_schema(12), {1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0});
}

TEST_F(StudyResultsTest, added_datasets_keep_runs_and_what_was_computed_of_them) {
  Schema schema = sample_schema();
  schema.append(similarity_schema(12));
  write_runs(schema, 12);
  {
    ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
    if (rank_ == 0) file.write<double>("/similarity/cka", {2, 3}, {1, 1}, std::vector<double>{0.5});
    file.close();
  }
  Schema more = schema;
  more.datasets.push_back({"/similarity/dsa", ValueType::f64, {"run", "other_run"}, "1", "DSA"});
  ResultsFile file = open_study_results(path(), more, MPI_COMM_WORLD).file;
  EXPECT_EQ(file.read<double>("/similarity/cka", {2, 3}, {1, 1}).front(), 0.5);
  EXPECT_TRUE(std::isnan(file.read<double>("/similarity/dsa", {2, 3}, {1, 1}).front()));
  EXPECT_TRUE(RunTable(file).is_finished(2));
}

/// What analyses leave: pairs of runs, a labelled axis, padding.
Schema analysed_schema(ResultsShape shape, std::vector<std::string> recordings, std::size_t n_points) {
  Schema schema = results_schema(shape);
  schema.attributes = sample_schema().attributes;
  Dimension recording{"recording", recordings.size()};
  recording.labels = std::move(recordings);
  Schema analyses;
  analyses.dimensions = {recording, {"other_run", shape.keys.size()}, {"point", n_points}};
  analyses.datasets = {{"/a/pair", ValueType::f64, {"recording", "run", "other_run"}, "1", "pair"},
                       {"/a/made_from", ValueType::u64, {"recording", "run", "other_run"}, "1", "made from"},
                       {"/b/count", ValueType::i32, {"run", "point"}, "1", "points"}};
  for (auto& info : analyses.datasets) info.made_from = group_of(info.path) + "/made_from";
  schema.append(analyses);
  return schema;
}

TEST_F(StudyResultsTest, what_was_computed_of_runs_moves_with_their_keys_and_labels) {
  const auto value = [](std::size_t recording, std::size_t run, std::size_t other) {
    return static_cast<double>(100 * recording + 10 * run + other);
  };
  const Schema before = analysed_schema(sample_shape(6), {"x", "y"}, 2);
  write_runs(before, 6);
  {
    ResultsFile file = open_study_results(path(), before, MPI_COMM_WORLD).file;
    for (std::size_t recording = 0; recording < 2 && rank_ == 0; ++recording)
      for (std::size_t run = 0; run < 6; ++run)
        for (std::size_t other = 0; other < 6; ++other) {
          const double pair = value(recording, run, other);
          const auto made_from = static_cast<std::uint64_t>(pair) + 1;
          file.write<double>("/a/pair", {recording, run, other}, {1, 1, 1}, std::span(&pair, 1));
          file.write<std::uint64_t>("/a/made_from", {recording, run, other}, {1, 1, 1}, std::span(&made_from, 1));
        }
    if (rank_ == 0) file.write<std::int32_t>("/b/count", {5, 0}, {1, 2}, std::vector<std::int32_t>{7, 8});
    file.close();
  }
  ResultsShape larger = sample_shape(12);
  auto keys = reversed(larger.keys);  // run i becomes 11 - i
  std::swap(keys[0], keys[8]);        // and run 3, which has failed, is among new ones
  std::swap(keys[7], keys[1]);        // run 4 becomes 1
  larger.keys = keys;
  ResultsFile file = open_study_results(path(), analysed_schema(larger, {"y", "z", "x"}, 3), MPI_COMM_WORLD).file;
  const std::map<std::size_t, std::size_t> place{{0, 11}, {1, 10}, {2, 9}, {4, 1}, {5, 6}};  // finished ones
  const auto pairs = file.read<double>("/a/pair");
  const auto numbers = file.read<std::uint64_t>("/a/made_from");
  std::size_t n_known = 0;
  for (const auto& [recording, target] : {std::pair<std::size_t, std::size_t>{0, 2}, {1, 0}})
    for (const auto& [run, to] : place)
      for (const auto& [other, other_to] : place) {
        const std::size_t at = (target * 12 + to) * 12 + other_to;
        EXPECT_EQ(pairs[at], value(recording, run, other));
        EXPECT_EQ(numbers[at], static_cast<std::uint64_t>(pairs[at]) + 1);
        ++n_known;
      }
  EXPECT_EQ(std::count_if(pairs.begin(), pairs.end(), [](double pair) { return !std::isnan(pair); }),
            static_cast<std::ptrdiff_t>(n_known));
  EXPECT_EQ(std::count_if(numbers.begin(), numbers.end(), [](std::uint64_t number) { return number != 0; }),
            static_cast<std::ptrdiff_t>(n_known));
  EXPECT_THAT(file.read<std::int32_t>("/b/count", {6, 0}, {1, 3}), ElementsAre(7, 8, -1));
}

TEST_F(StudyResultsTest, curves_of_a_rules_own_are_no_reason_to_make_runs_again) {
  write_runs(sample_schema(), 6);
  ResultsShape shape = sample_shape();
  shape.curves.push_back({"rule/own", "of one rule"});
  Schema schema = results_schema(shape);
  schema.attributes = sample_schema().attributes;
  ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
  EXPECT_TRUE(file.has("/curves/rule/own"));
  EXPECT_THAT(RunTable(file).finished(), ElementsAre(1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0));
}

TEST_F(StudyResultsTest, runs_with_other_levels_are_made_again_and_the_old_file_is_kept) {
  write_runs(sample_schema(), 12);
  ResultsShape other = sample_shape();
  other.levels = {"0.6", "0.8"};
  Schema schema = results_schema(other);
  schema.attributes = sample_schema().attributes;
  ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
  EXPECT_THAT(RunTable(file).finished(), testing::Each(false));
  ResultsFile previous = ResultsFile::open_serial(path() + ".previous");
  EXPECT_TRUE(RunTable(previous).is_finished(0));
}

/// The results of `levels`, with weights or without.
Schema stored_schema(std::vector<std::string> levels, bool has_weights) {
  ResultsShape shape = sample_shape();
  shape.levels = std::move(levels);
  if (!has_weights) shape.max_parameters = 0;
  Schema schema = results_schema(shape);
  schema.attributes = sample_schema().attributes;
  return schema;
}

TEST_F(StudyResultsTest, levels_that_are_left_out_or_reordered_keep_their_runs) {
  write_runs(sample_schema(), 12);
  ResultsFile file = open_study_results(path(), stored_schema({"0.95", "0.6"}, true), MPI_COMM_WORLD).file;
  const RunTable table(file);
  EXPECT_THAT(table.finished(), ElementsAre(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1));
  for (const std::size_t level : {0U, 1U}) {
    const Snapshot kept = table.read(2).snapshots[1 - level], expected = sample_result(2).snapshots[level];
    EXPECT_EQ(kept.update, expected.update);
    EXPECT_EQ(kept.error, expected.error);
    EXPECT_EQ(kept.representation, expected.representation);
    EXPECT_EQ(kept.parameters, expected.parameters);
  }
  EXPECT_EQ(files_in_directory(), 1u);
  file.close();
  ResultsFile fewer = open_study_results(path(), stored_schema({"0.95"}, true), MPI_COMM_WORLD).file;
  EXPECT_EQ(RunTable(fewer).read(2).snapshots[0].representation, sample_result(2).snapshots[1].representation);
  EXPECT_EQ(RunTable(fewer).finished()[11], true);
  barrier();
  EXPECT_TRUE(std::filesystem::exists(path() + ".previous")) << "what is no longer stored is kept aside";
}

TEST_F(StudyResultsTest, weights_may_be_left_out_but_not_added_without_training) {
  write_runs(sample_schema(), 12);
  {
    ResultsFile file = open_study_results(path(), stored_schema({"0.6", "0.95"}, false), MPI_COMM_WORLD).file;
    EXPECT_EQ(RunTable(file).finished()[2], true);
    EXPECT_FALSE(file.has("/snapshots/parameters"));
    file.close();
  }
  ResultsFile file = open_study_results(path(), sample_schema(), MPI_COMM_WORLD).file;
  EXPECT_THAT(RunTable(file).finished(), testing::Each(false));
}

TEST_F(StudyResultsTest, a_file_of_an_earlier_version_is_known_by_its_former_keys) {
  Schema former = sample_schema();
  former.attributes.erase("stored_first");
  write_runs(former, 12);
  ResultsShape renamed = sample_shape();
  const Generated<std::string> former_keys = renamed.keys;
  std::vector<std::string> keys;
  for (std::size_t run = 0; run < 12; ++run) keys.push_back(fmt::format("new {}", run));
  renamed.keys = keys;
  Schema schema = results_schema(renamed);
  schema.attributes = sample_schema().attributes;
  {
    ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD, former_keys).file;
    EXPECT_THAT(RunTable(file).finished(), ElementsAre(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1));
    EXPECT_EQ(RunTable(file).keys()[11], "new 11");
    EXPECT_EQ(RunTable(file).read(2).snapshots[0].representation, sample_result(2).snapshots[0].representation);
    file.close();
  }
  EXPECT_EQ(files_in_directory(), 1u);
  ResultsFile again = open_study_results(path(), schema, MPI_COMM_WORLD, former_keys).file;
  EXPECT_EQ(RunTable(again).finished()[11], true) << "now by its own keys";
}

TEST_F(StudyResultsTest, a_resume_says_what_it_keeps_and_why_not_more) {
  write_runs(sample_schema(), 12);
  ResultsFile file = ResultsFile::open(path(), ResultsFile::Access::read, MPI_COMM_WORLD);
  const std::vector<bool> finished = RunTable(file).finished();
  const auto text = [&](const Schema& schema) {
    return resume_text(plan_resume(file, schema, finished, {}, is_unchanged(file, schema)));
  };
  EXPECT_EQ(text(sample_schema()), "10 of 12 runs are kept, 2 to train");
  EXPECT_EQ(text(sample_schema(14)), "10 of 14 runs are kept, 4 to train");
  EXPECT_EQ(text(sample_schema(6)), "5 of 6 runs are kept, 1 to train; 5 finished runs are no longer in the study");
  EXPECT_EQ(text(stored_schema({"0.95"}, false)),
            "10 of 12 runs are kept, 2 to train; no longer stored: snapshots at 0.6, weights");
  EXPECT_EQ(
      text(stored_schema({"0.6", "0.7", "0.95"}, true)),
      "0 of 12 runs are kept, 12 to train; 10 finished runs are trained again (snapshots at 0.7 were not stored)");
}

TEST_F(StudyResultsTest, removed_runs_stay_in_the_previous_file) {
  for (const char* previous : {".previous", ".previous-2"}) {
    if (rank_ == 0) std::filesystem::remove(path());
    barrier();
    write_runs(sample_schema(12), 12);
    ResultsFile file = open_study_results(path(), sample_schema(4), MPI_COMM_WORLD).file;
    EXPECT_THAT(RunTable(file).finished(), ElementsAre(1, 1, 1, 0));
    ResultsFile kept = ResultsFile::open_serial(path() + previous);
    EXPECT_TRUE(RunTable(kept).is_finished(11));
    barrier();
  }
}

TEST_F(StudyResultsTest, a_damaged_run_is_not_carried_over) {
  write_runs(sample_schema(6), 6);
  {
    ResultsFile file = ResultsFile::open(path(), ResultsFile::Access::read_write, MPI_COMM_WORLD);
    if (rank_ == 0) file.write<float>("/curves/loss", {0, 0}, {1, 1}, std::vector<float>{-1.0f});
    file.close();
  }
  ResultsFile file = open_study_results(path(), sample_schema(12), MPI_COMM_WORLD).file;
  EXPECT_EQ(RunTable(file).read_status()[0], RunStatus::pending);
  EXPECT_EQ(RunTable(file).read_status()[1], RunStatus::done);
}

}  // namespace
}  // namespace cohort
