#include <cohort/analysis/stored_runs.hpp>
#include <cohort/cluster/analysis_phase.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/together.hpp>
#include <cohort/store/value_checksums.hpp>

#include <support/sample_results.hpp>
#include <support/shared_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cohort {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// For every pair of runs the sum of their numbers of units, and a count: an analysis of the smallest kind.
class PairSums final : public Analysis {
 public:
  explicit PairSums(std::size_t n_runs, std::uint64_t option = 7) : n_runs_(n_runs), option_(option) {}

  const std::string& name() const override { return name_; }
  Schema datasets() const override {
    Schema schema;
    schema.dimensions = {{"run", n_runs_}, {"other_run", n_runs_}};
    schema.datasets = {{"/toy/sum", ValueType::f64, {"run", "other_run"}, "1", "sum"},
                       {"/toy/count", ValueType::i32, {"run", "other_run"}, "1", "count"}};
    for (auto& info : schema.datasets) info.made_from = "/toy/made_from";
    schema.datasets.push_back(made_from_dataset("/toy/made_from", {"run", "other_run"}));
    return schema;
  }
  std::size_t n_items() const override { return n_runs_; }
  std::string item_name(std::size_t item) const override { return fmt::format("row {}", item); }
  double cost(std::size_t item) const override { return 100.0 + static_cast<double>(item); }
  std::vector<BlockPlace> places(std::size_t item) const override {
    return {{"/toy/sum", ValueType::f64, {item, 0}, {1, n_runs_}},
            {"/toy/count", ValueType::i32, {item, 0}, {1, n_runs_}}};
  }
  std::vector<BlockPlace> made_from_places(std::size_t item) const override {
    return {{"/toy/made_from", ValueType::u64, {item, 0}, {1, n_runs_}}};
  }
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override {
    std::vector<std::uint64_t> numbers;
    for (std::size_t other = 0; other < n_runs_; ++other)
      numbers.push_back(
          runs.checksum(item) && runs.checksum(other) ? runs.checksum(item) * 31 + runs.checksum(other) + option_ : 0);
    return numbers;
  }
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override {
    for (std::size_t other = 0; other < n_runs_; ++other) {
      ask(stop);
      if (!stale[other]) continue;
      if (throws.contains(item)) throw RunError(fmt::format("row {} is cursed", item));
      ++n_computed;
      values.block<double>(0)[other] = static_cast<double>(runs.representation(item, 0).cols()) +
                                       static_cast<double>(runs.representation(other, 0).cols()) * 0.125;
      values.block<std::int32_t>(1)[other] = static_cast<std::int32_t>(item * 100 + other);
    }
  }

  std::set<std::size_t> throws;
  mutable int n_computed = 0;  ///< pairs, on this rank

 private:
  std::string name_ = "toy/sum";
  std::size_t n_runs_;
  std::uint64_t option_;
};

class AnalysisPhaseTest : public SharedDirectoryTest {
 protected:
  static Schema schema_of(const ResultsShape& shape, const Analysis& analysis) {
    Schema schema = results_schema(shape);
    schema.attributes = sample_schema().attributes;
    schema.append(with_checksums(analysis.datasets()));
    schema.append(AnalysisLog::schema({analysis.name()}));
    return schema;
  }

  /// Runs 0, 1, 2, 4, 5 are finished, run 3 has failed.
  void write_runs(ResultsFile& file, std::size_t n) {
    RunTable table(file);
    for (std::size_t run = static_cast<std::size_t>(rank_); run < n; run += static_cast<std::size_t>(n_ranks_))
      table.write(run, sample_result(run), sample_attempt(run));
    file.flush();
  }

  AnalysisOutcome analyse(
      ResultsFile& file, std::unique_ptr<PairSums> analysis, const std::function<bool()>& stop = [] { return false; }) {
    Crew crew(MPI_COMM_WORLD, stop, [] {});
    const StoredRuns runs(file, RunTable(file).finished());
    std::vector<std::unique_ptr<Analysis>> all;
    const PairSums& toy = *analysis;
    all.push_back(std::move(analysis));
    const AnalysisOutcome outcome = run_analyses(all, runs, file, crew);
    n_computed_ = toy.n_computed;
    MPI_Allreduce(MPI_IN_PLACE, &n_computed_, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    return outcome;
  }

  void expect_complete(ResultsFile& file) {
    for (std::size_t a = 0; a < 6; ++a) {
      for (std::size_t b = 0; b < 6; ++b) {
        const double value = file.read<double>("/toy/sum", {a, b}, {1, 1}).front();
        if (a == 3 || b == 3)
          EXPECT_TRUE(std::isnan(value));
        else
          EXPECT_EQ(value, 3 + static_cast<double>(a % 3) + (3 + static_cast<double>(b % 3)) * 0.125);
      }
    }
  }

  static constexpr int n_pairs = 25;
  int n_computed_ = 0;  ///< pairs, on all ranks
};

TEST_F(AnalysisPhaseTest, every_item_is_computed_once_and_then_kept) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  AnalysisOutcome outcome = analyse(file, std::make_unique<PairSums>(6));
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(n_computed_, n_pairs);
  expect_complete(file);
  EXPECT_EQ(file.read<std::int32_t>("/toy/count", {2, 5}, {1, 1}).front(), 205);
  EXPECT_EQ(AnalysisLog(file).states().at(0).n_done, 6);
  analyse(file, std::make_unique<PairSums>(6));
  EXPECT_EQ(n_computed_, 0);
  analyse(file, std::make_unique<PairSums>(6, 8));
  EXPECT_EQ(n_computed_, n_pairs) << "another option";
}

TEST_F(AnalysisPhaseTest, only_what_a_changed_payload_touches_is_computed_again) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  analyse(file, std::make_unique<PairSums>(6));
  RunResult changed = sample_result(2);
  changed.curves[0].values[0] += 1;
  if (rank_ == 0) RunTable(file).write(2, changed, sample_attempt(2));
  file.flush();
  analyse(file, std::make_unique<PairSums>(6));
  EXPECT_EQ(n_computed_, 9);
}

TEST_F(AnalysisPhaseTest, an_item_that_throws_is_recorded_and_the_rest_goes_on) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  auto cursed = std::make_unique<PairSums>(6);
  cursed->throws = {4};
  const AnalysisOutcome outcome = analyse(file, std::move(cursed));
  EXPECT_EQ(outcome.n_failed, 1u);
  EXPECT_EQ(n_computed_, n_pairs - 5);
  const AnalysisLog log(file);
  EXPECT_EQ(log.states().at(0).n_failed, 1);
  EXPECT_EQ(log.states().at(0).n_done, 5);
  ASSERT_EQ(log.failures().size(), 1u);
  EXPECT_EQ(log.failures()[0].item, "row 4");
  EXPECT_EQ(log.failures()[0].message, "row 4 is cursed");

  EXPECT_EQ(analyse(file, std::make_unique<PairSums>(6)).n_failed, 0u);
  EXPECT_EQ(n_computed_, 5) << "tried again, and nothing else";
  expect_complete(file);
  EXPECT_THAT(AnalysisLog(file).failures(), IsEmpty());
}

TEST_F(AnalysisPhaseTest, a_stop_keeps_what_is_finished) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  auto analysis = std::make_unique<PairSums>(6);
  const PairSums* toy = analysis.get();  // alive as long as the work that asks
  const AnalysisOutcome outcome = analyse(file, std::move(analysis), [toy] { return toy->n_computed > 7; });
  if (n_ranks_ > 1 && !outcome.stopped) GTEST_SKIP() << "no rank came to its eighth pair";
  EXPECT_TRUE(outcome.stopped);
  const int n_done = AnalysisLog(file).states().at(0).n_done;
  EXPECT_LT(n_done, 6);
  EXPECT_FALSE(analyse(file, std::make_unique<PairSums>(6)).stopped);
  EXPECT_LT(n_computed_, n_pairs);
  if (n_ranks_ == 1) {
    EXPECT_EQ(n_done, 2) << "the row of the failed run, which has nothing to compute, and the first of the others";
    EXPECT_EQ(n_computed_, 20);
  }
  expect_complete(file);
}

TEST_F(AnalysisPhaseTest, a_stop_is_heeded_before_anything_is_computed) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  const bool is_last = rank_ == n_ranks_ - 1;  // one rank alone is asked
  EXPECT_TRUE(analyse(file, std::make_unique<PairSums>(6), [&] { return is_last; }).stopped);
  EXPECT_EQ(n_computed_, 0);
  EXPECT_FALSE(analyse(file, std::make_unique<PairSums>(6)).stopped);
  EXPECT_EQ(n_computed_, n_pairs);
  expect_complete(file);
}

TEST_F(AnalysisPhaseTest, a_lost_lease_is_no_fault_of_the_item_under_way) {
  ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
  write_runs(file, 6);
  const StoredRuns runs(file, RunTable(file).finished());
  std::vector<std::unique_ptr<Analysis>> all;
  auto analysis = std::make_unique<PairSums>(6);
  const PairSums* toy = analysis.get();
  all.push_back(std::move(analysis));
  bool was_lost = false;  // told once, to whoever asks first
  Crew crew(
      MPI_COMM_WORLD, [] { return false; },
      [&] {
        if (was_lost || toy->n_computed == 0) return;
        was_lost = true;
        throw UserError("another job has taken the file");
      });
  if (n_ranks_ > 1) return;  // on more ranks rank 0 may not come to an item of its own
  EXPECT_THROW(run_analyses(all, runs, file, crew), AgreedUserError);
  EXPECT_THAT(AnalysisLog(file).failures(), IsEmpty());
}

TEST_F(AnalysisPhaseTest, pairs_move_with_their_runs_when_the_study_grows) {
  {
    ResultsFile file = open_study_results(path(), schema_of(sample_shape(6), PairSums(6)), MPI_COMM_WORLD).file;
    write_runs(file, 6);
    analyse(file, std::make_unique<PairSums>(6));
    if (rank_ == 0) {  // a marker, with its checksum
      const double marker = -1;
      const auto count = file.read<std::int32_t>("/toy/count", {1, 5}, {1, 1});
      std::vector<std::uint64_t> sums{0};
      add_to_checksums("/toy/sum", ValueType::f64, &marker, 1, sums);
      add_to_checksums("/toy/count", ValueType::i32, count.data(), 1, sums);
      file.write<double>("/toy/sum", {1, 5}, {1, 1}, std::vector<double>{marker});
      file.write<std::int32_t>("/toy/checksum", {1, 5}, {1, 1}, std::vector<std::int32_t>{stored_checksum(sums[0])});
    }
    file.close();
  }
  ResultsShape larger = sample_shape(12);
  larger.keys = reversed(larger.keys);
  ResultsFile file = open_study_results(path(), schema_of(larger, PairSums(12)), MPI_COMM_WORLD).file;
  analyse(file, std::make_unique<PairSums>(12));
  EXPECT_EQ(n_computed_, 0) << "all pairs of finished runs are there";
  EXPECT_EQ(file.read<double>("/toy/sum", {11 - 1, 11 - 5}, {1, 1}).front(), -1);
  EXPECT_EQ(file.read<double>("/toy/sum", {11 - 5, 11 - 1}, {1, 1}).front(), 3 + 2 + (3 + 1) * 0.125);
  EXPECT_TRUE(std::isnan(file.read<double>("/toy/sum", {0, 0}, {1, 1}).front()));
  if (rank_ == 0) RunTable(file).write(0, sample_result(0), sample_attempt(0));  // one of the new runs is finished
  file.flush();
  analyse(file, std::make_unique<PairSums>(12));
  EXPECT_EQ(n_computed_, 11);
}

}  // namespace
}  // namespace cohort
