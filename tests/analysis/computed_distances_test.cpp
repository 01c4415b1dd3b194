#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/recording_distances.hpp>
#include <cohort/analysis/run_comparability.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/run_result.hpp>

#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <memory>

namespace cohort::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

/// How far the first values of two representations are apart, to one side or to both, with an interval.
class FirstValue final : public Measure {
 public:
  struct Prepared final : PreparedRepresentation {
    double value = 0;
  };

  explicit FirstValue(bool is_symmetric) {
    traits_.is_symmetric = is_symmetric;
    traits_.has_interval = true;
  }

  const MeasureTraits& traits() const override { return traits_; }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override {
    ++n_prepared;
    auto prepared = std::make_unique<Prepared>();
    prepared->value = representation.values()(0, 0);
    return prepared;
  }
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext&) const override {
    const double difference = dynamic_cast<const Prepared&>(b).value - dynamic_cast<const Prepared&>(a).value;
    const double value = traits_.is_symmetric ? std::abs(difference) : difference;
    return {value, MeasureValue::Interval{value - 0.5, value + 0.25}};
  }
  double normalized(double value) const override { return value / 2; }
  double comparison_flops(Index, Index, Index) const override { return 1; }
  std::size_t prepared_bytes(Index, Index) const override { return sizeof(double); }

  mutable int n_prepared = 0;

 private:
  MeasureTraits traits_;
};

/// 2 x 1 x 2 x 5 runs, two tiles per side, whose representations begin with the number of the run; run 3 is silent, run
/// 4 never reached the first level, run 7 is not finished.
class ComputedDistances : public StudyFiles {
 protected:
  ComputedDistances()
      : study_(read(example("seed = 3", "seed = 5", "[snapshots]\nat_updates = [0]\n"))),
        design_(expand(study_)),
        samples_(study_, design_),
        file_(ResultsFile::create(directory_.path("results.h5"), study_schema(study_, design_, {}), MPI_COMM_SELF)) {
    for (std::size_t run = 0; run < design_.size(); ++run)
      if (run != 7) write(run, static_cast<float>(run));
  }

  void write(std::size_t run, float first) {
    RunResult result;
    result.status = RunStatus::done;
    for (const std::size_t level : {0, 1}) {
      Snapshot snapshot;
      if (run != 4 || level == 1) {
        snapshot.update = static_cast<int>(level);
        snapshot.representation = Matrix<float>::Constant(samples_.n_samples(), samples_.n_units(run), first);
        // Rounding in single precision is no activity.
        snapshot.representation(1, 0) += run == 3 ? 1e-7f * first : 1.0f;
      }
      result.snapshots.push_back(snapshot);
    }
    RunTable(file_).write(run, result, {1, 0, 1, 2});
  }

  StoredRuns finished() {
    std::vector<bool> finished(design_.size(), true);
    finished[7] = false;
    return {file_, finished};
  }

  /// Blocks filled with what a file may hold from before.
  static ItemValues old_values(const Analysis& analysis, std::size_t item, double value) {
    ItemValues values(analysis.places(item));
    for (std::size_t i = 0; i < values.places().size(); ++i)
      if (values.places()[i].type == ValueType::f64) std::ranges::fill(values.block<double>(i), value);
    return values;
  }

  static std::vector<bool> all_stale(const Analysis& analysis, std::size_t item, const FinishedRuns& runs) {
    return std::vector<bool>(analysis.made_from(item, runs).size(), true);
  }

  Study study_;
  Design design_;
  StudySamples samples_;
  ResultsFile file_;
};

bool is_comparable(std::size_t run, std::size_t level) { return run != 3 && run != 7 && (run != 4 || level == 1); }

/// Every block of every item holds |b - a| (or b - a) at its own place, whichever way round it lies.
void expect_all_pairs(const RunDistances& analysis, const FinishedRuns& runs, bool is_symmetric,
                      std::vector<bool> stale, std::size_t item) {
  ItemValues values(analysis.places(item));
  analysis.compute(item, runs, stale, {}, values);
  for (std::size_t block = 0; block < values.places().size(); ++block) {
    const BlockPlace& place = values.places()[block];
    const double shift = place.dataset.ends_with("_low") ? -0.5 : place.dataset.ends_with("_high") ? 0.25 : 0;
    std::size_t index = 0;
    for (std::size_t i = 0; i < place.count[1]; ++i) {
      for (std::size_t j = 0; j < place.count[2]; ++j, ++index) {
        const std::size_t a = place.start[1] + i, b = place.start[2] + j;
        const double value = values.block<double>(block)[index];
        if (!is_comparable(a, place.start[0]) || !is_comparable(b, place.start[0])) {
          EXPECT_TRUE(std::isnan(value)) << place.dataset << a << " " << b;
          continue;
        }
        const double difference = static_cast<double>(b) - static_cast<double>(a);
        EXPECT_EQ(value, (is_symmetric ? std::abs(difference) : difference) + shift) << place.dataset << a << " " << b;
      }
    }
  }
}

TEST_F(ComputedDistances, of_every_pair_stand_in_their_places_with_their_intervals) {
  const StoredRuns runs = finished();
  for (const bool is_symmetric : {true, false}) {
    const RunDistances analysis(samples_, {"first", std::make_shared<FirstValue>(is_symmetric), 1});
    for (std::size_t item = 0; item < analysis.n_items(); ++item)
      expect_all_pairs(analysis, runs, is_symmetric, all_stale(analysis, item, runs), item);
  }
}

TEST_F(ComputedDistances, of_one_stale_pair_need_two_runs) {
  const auto measure = std::make_shared<FirstValue>(true);
  const RunDistances analysis(samples_, {"first", measure, 1});
  const StoredRuns runs = finished();
  for (std::size_t item = 0; item < analysis.n_items(); ++item) {
    const std::size_t n_numbers = analysis.made_from(item, runs).size();
    const BlockPlace place = analysis.places(item)[0];
    const bool is_diagonal = place.start[1] == place.start[2];
    std::vector<bool> stale(n_numbers, false);
    stale[1] = true;  // the pair of the first row and the second column
    ItemValues values = old_values(analysis, item, -7);
    measure->n_prepared = 0;
    analysis.compute(item, runs, stale, {}, values);
    EXPECT_EQ(measure->n_prepared, is_comparable(place.start[1], 1) && is_comparable(place.start[2] + 1, 1) ? 2 : 1);
    std::size_t n_changed = 0;
    for (const double value : values.block<double>(0)) n_changed += value != -7;
    EXPECT_EQ(n_changed, is_diagonal ? 2u : 1u) << analysis.item_name(item);
    measure->n_prepared = 0;
    analysis.compute(item, runs, std::vector<bool>(n_numbers, false), {}, values);
    EXPECT_EQ(measure->n_prepared, 0);
  }
}

TEST_F(ComputedDistances, no_longer_hold_when_what_a_run_left_behind_changes) {
  const RunDistances analysis(samples_, {"first", std::make_shared<FirstValue>(true), 1});
  const StoredRuns before = finished();
  write(5, 100.0f);
  const StoredRuns after = finished();
  for (std::size_t item = 0; item < analysis.n_items(); ++item) {
    const auto old_numbers = analysis.made_from(item, before), numbers = analysis.made_from(item, after);
    std::size_t index = 0;
    for (const BlockPlace& place : analysis.made_from_places(item))
      for (std::size_t i = 0; i < place.count[1]; ++i)
        for (std::size_t j = 0; j < place.count[2]; ++j, ++index) {
          const std::size_t a = place.start[1] + i, b = place.start[2] + j;
          EXPECT_EQ(numbers[index] != old_numbers[index], (a == 5 || b == 5) && a != 7 && b != 7) << a << " " << b;
          EXPECT_EQ(numbers[index] == 0, a == 7 || b == 7) << "nothing is made from a run that is not finished";
        }
  }
}

TEST_F(ComputedDistances, depend_on_the_measure_and_on_how_they_are_stored) {
  const auto measure = std::make_shared<FirstValue>(true);
  const StoredRuns runs = finished();
  const auto numbers = [&](std::uint64_t version, const StudySamples& samples) {
    return RunDistances(samples, {"first", measure, version}).made_from(0, runs)[1];
  };
  Study half = study_;
  half.similarity.float32 = true;
  EXPECT_EQ(numbers(1, samples_), numbers(1, samples_));
  EXPECT_NE(numbers(1, samples_), numbers(2, samples_));
  EXPECT_NE(numbers(1, samples_), numbers(1, StudySamples(half, design_)));
}

TEST_F(ComputedDistances, of_a_run_that_cannot_be_compared_have_a_reason) {
  const RunComparability analysis(samples_);
  const StoredRuns runs = finished();
  ASSERT_EQ(analysis.n_items(), 1u);
  ItemValues values(analysis.places(0));
  analysis.compute(0, runs, all_stale(analysis, 0, runs), {}, values);
  const auto codes = values.block<std::uint8_t>(0);
  for (std::size_t level = 0; level < 2; ++level) {
    for (std::size_t run = 0; run < design_.size(); ++run) {
      const auto code = static_cast<Comparability>(codes[run * 2 + level]);
      const Comparability expected = run == 3                 ? Comparability::constant
                                     : run == 7               ? Comparability::unknown
                                     : run == 4 && level == 0 ? Comparability::level_not_reached
                                                              : Comparability::comparable;
      EXPECT_EQ(code, expected) << run << " at " << level;
    }
  }
  EXPECT_EQ(analysis.made_from(0, runs)[7], 0u);
}

}  // namespace
}  // namespace cohort::test
