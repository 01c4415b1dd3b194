#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/analysis/effects.hpp>
#include <cohort/analysis/stored_runs.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/effects.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/value_types.hpp>
#include <cohort/study/run_result.hpp>

#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <span>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kStudy = R"([study]
name = "effects"
[task]
name = "context_integration_mante_2013"
[factors]
rule = ["bptt", "eprop"]
architecture = ["ctrnn/units=3,activation=retanh", "ctrnn/units=3,activation=relu",
                "ctrnn/units=4,activation=retanh", "ctrnn/units=4,activation=relu"]
initialization = ["gaussian/gain=0.8", "gaussian/gain=1.5"]
seed = [7, 8, 9]
[snapshots]
at_error = [0.5]
[similarity]
measures = ["procrustes", "procrustes/distance=euclidean"]
[effects]
permutations = 99
)";

/// Where tables stand.
enum Level : std::size_t { kReached, kFinal };
enum Subdesign : std::size_t { kComplete, kAll };

/// 2 rules x 4 architectures x 2 initializations x 3 seeds, all finished. At the first level eprop is missing with the
/// first initialization.
class EffectsOfStudy : public StudyFiles {
 protected:
  EffectsOfStudy()
      : study_(read(kStudy)),
        design_(expand(study_)),
        analyses_(study_, design_),
        file_(ResultsFile::create(directory_.path("results.h5"), study_schema(study_, design_, analyses_.schema()),
                                  MPI_COMM_SELF)) {
    for (std::size_t run = 0; run < design_.size(); ++run) write(run, 1);
    for (const auto& analysis : analyses_.all()) compute(*analysis);
  }

  bool is_reached(std::size_t run) const {
    return design_.level(run, Factor::rule) == 0 || design_.level(run, Factor::initialization) == 1;
  }

  double error(std::size_t run) const {
    return 0.1 * design_.level(run, Factor::rule) + std::abs(std::sin(static_cast<double>(3 * run + 1)));
  }

  void write(std::size_t run, double scale) {
    const StudySamples samples(study_, design_);
    RunResult result;
    result.status = RunStatus::done;
    for (const std::size_t level : {kReached, kFinal}) {
      Snapshot snapshot;
      if (level == kFinal || is_reached(run)) {
        snapshot.update = static_cast<int>(5 + run % 4);
        snapshot.error = error(run);
        snapshot.representation = Matrix<float>(samples.n_samples(), samples.n_units(run));
        for (Index i = 0; i < snapshot.representation.size(); ++i)
          snapshot.representation.data()[i] = static_cast<float>(
              scale * std::sin(static_cast<double>(i * (design_.level(run, Factor::architecture) + 2))) +
              0.3 * std::cos(static_cast<double>(i) * 0.01 * static_cast<double>(run + 7 * level)));
      }
      result.snapshots.push_back(snapshot);
    }
    RunTable(file_).write(run, result, {1, 0, 1, 2});
  }

  StoredRuns runs() { return {file_, std::vector<bool>(design_.size(), true)}; }

  /// All items, written as a job does.
  void compute(const Analysis& analysis) {
    const StoredRuns runs = this->runs();
    for (std::size_t item = 0; item < analysis.n_items(); ++item) {
      const auto numbers = analysis.made_from(item, runs);
      ItemValues values(analysis.places(item));
      analysis.compute(item, runs, std::vector<bool>(numbers.size(), true), {}, values);
      for (std::size_t i = 0; i < values.places().size(); ++i) {
        const BlockPlace& place = values.places()[i];
        with_value_of(place.type, [&](auto value) {
          using Value = decltype(value);
          const auto block = values.block<Value>(i);
          file_.write<Value>(place.dataset, place.start, place.count, std::span<const Value>(block));
        });
      }
      std::size_t first = 0;
      for (const BlockPlace& place : analysis.made_from_places(item)) {
        file_.write<std::uint64_t>(place.dataset, place.start, place.count,
                                   std::span(numbers).subspan(first, volume(place.count)));
        first += volume(place.count);
      }
    }
  }

  std::size_t subject(const std::string& name) {
    const auto names = file_.read_text("/similarity/effects/effect_subject");
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  }

  /// A column of one table.
  std::vector<double> column(const std::string& path, const std::string& name, Level level, Subdesign subdesign) {
    const std::string dataset = "/similarity/effects/" + path;
    Extent start{subject(name), level, subdesign}, count{1, 1, 1};
    for (std::size_t axis = 3; axis < file_.extent(dataset).size(); ++axis) {
      start.push_back(0);
      count.push_back(file_.extent(dataset)[axis]);
    }
    return file_.read<double>(dataset, start, count);
  }

  EffectReason reason(const std::string& name, Level level, Subdesign subdesign) {
    return static_cast<EffectReason>(static_cast<int>(column("reason", name, level, subdesign).front()));
  }

  /// The three factors of some runs.
  FactorialLabels labels(const std::vector<std::size_t>& selected, const std::vector<Factor>& factors) const {
    FactorialLabels labels;
    for (const Factor factor : factors) {
      FactorLabels own{factor_name(factor), {}, {}};
      for (std::size_t level = 0; level < n_levels(study_, factor); ++level)
        own.levels.push_back(level_text(study_, factor, level));
      for (const std::size_t run : selected) own.level_of.push_back(design_.level(run, factor));
      labels.factors.push_back(own);
    }
    labels.block = {"seed", {"7", "8", "9"}, {}};
    for (const std::size_t run : selected) labels.block.level_of.push_back(design_.level(run, Factor::seed));
    return labels;
  }

  MatrixXd distances(const std::vector<std::size_t>& selected, Level level) {
    const std::size_t n = design_.size();
    const auto all = file_.read<double>("/similarity/procrustes", {level, 0, 0}, {1, n, n});
    MatrixXd own(static_cast<Index>(selected.size()), static_cast<Index>(selected.size()));
    for (Index i = 0; i < own.rows(); ++i)
      for (Index j = 0; j < own.cols(); ++j)
        own(i, j) = all[selected[static_cast<std::size_t>(i)] * n + selected[static_cast<std::size_t>(j)]];
    return own;
  }

  std::vector<std::size_t> all_runs() const {
    std::vector<std::size_t> all(design_.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }

  Study study_;
  Design design_;
  Analyses analyses_;
  ResultsFile file_;
};

const std::vector<Factor> kFactors{Factor::rule, Factor::architecture, Factor::initialization};

TEST_F(EffectsOfStudy, of_distances_are_those_of_the_stored_matrix) {
  const EffectTable expected =
      effects_of_distances(DistanceMatrixSquares(distances(all_runs(), kFinal)), labels(all_runs(), kFactors));
  const auto share = column("share", "procrustes", kFinal, kComplete),
             low = column("share_low", "procrustes", kFinal, kComplete),
             ss = column("ss_type2", "procrustes", kFinal, kComplete);
  ASSERT_EQ(share.size(), 7U) << "three factors, three interactions, the seed";
  EXPECT_EQ(file_.read_text("/similarity/effects/effect_term")[1], "architecture");
  std::size_t n_seen = 0;
  for (const EffectTerm& term : expected.terms) {
    if (term.factors.size() != 1 || term.factors[0] >= 3) continue;
    EXPECT_EQ(share[term.factors[0]], term.cross_seed.estimate);
    EXPECT_EQ(low[term.factors[0]], term.cross_seed.low);
    EXPECT_EQ(ss[term.factors[0]], term.type2.ss);
    ++n_seen;
  }
  EXPECT_EQ(n_seen, 3U);
  EXPECT_EQ(reason("procrustes", kFinal, kComplete), EffectReason::computed);
  EXPECT_EQ(reason("procrustes", kFinal, kAll), EffectReason::nothing_missing);
  EXPECT_EQ(column("n_runs", "procrustes", kFinal, kComplete).front(), 48);
  const auto without = column("share_without_seed", "procrustes", kFinal, kComplete);
  EXPECT_EQ(without.size(), 7U * 3U);
  EXPECT_TRUE(std::isfinite(without[0]));
}

TEST_F(EffectsOfStudy, are_of_the_largest_part_without_holes_and_beside_it_of_all) {
  EXPECT_EQ(column("n_usable", "procrustes", kReached, kComplete).front(), 36);
  EXPECT_EQ(column("n_runs", "procrustes", kReached, kComplete).front(), 24) << "one rule or one initialization";
  EXPECT_EQ(column("n_runs", "procrustes", kReached, kAll).front(), 36);
  EXPECT_THAT(column("level_kept", "procrustes", kReached, kComplete), ElementsAre(2, 2, 2, 2, 2, 2, 1, 2))
      << "of equals the one that has more of the first factor";
  EXPECT_THAT(column("level_usable", "procrustes", kReached, kComplete), ElementsAre(24, 12, 9, 9, 9, 9, 12, 24));
  std::vector<std::size_t> selected;
  for (const std::size_t run : all_runs())
    if (design_.level(run, Factor::initialization) == 1) selected.push_back(run);
  const EffectTable expected = effects_of_distances(DistanceMatrixSquares(distances(selected, kReached)),
                                                    labels(selected, {Factor::rule, Factor::architecture}));
  const auto share = column("share", "procrustes", kReached, kComplete);
  EXPECT_TRUE(std::isnan(share[2])) << "the initialization does not vary there";
  for (const EffectTerm& term : expected.terms)
    if (term.factors.size() == 1 && term.factors[0] < 2)
      EXPECT_EQ(share[term.factors[0]], term.cross_seed.estimate) << term.name;
}

TEST_F(EffectsOfStudy, are_told_by_parameters_too) {
  EXPECT_THAT(file_.read_text("/similarity/effects/parameters/parameters_term"),
              ElementsAre("rule", "units", "activation", "gain", "rule x units", "rule x activation", "rule x gain",
                          "units x activation", "units x gain", "activation x gain", "seed"));
  const auto share = column("parameters/share", "procrustes", kFinal, kComplete);
  EXPECT_TRUE(std::isfinite(share[1]) && std::isfinite(share[7]));
  const auto ss = column("parameters/ss_type2", "procrustes", kFinal, kComplete),
             whole = column("ss_type2", "procrustes", kFinal, kComplete);
  EXPECT_NEAR(ss[1] + ss[2] + ss[7], whole[1], 1e-9 * whole[1])
      << "architecture = units + activation + units x activation";
  EXPECT_NEAR(ss[3], whole[2], 1e-9 * whole[2]) << "gain is the initialization";
}

TEST_F(EffectsOfStudy, of_responses_are_those_of_their_columns) {
  std::vector<double> errors;
  for (const std::size_t run : all_runs()) errors.push_back(error(run));
  const ResponseTable expected = effects_of_response(errors, labels(all_runs(), kFactors));
  const auto share = column("share", "error", kFinal, kComplete), p = column("p_f_type2", "error", kFinal, kComplete);
  EXPECT_EQ(share[0], expected.effects.terms[0].cross_seed.estimate);
  EXPECT_EQ(p[0], expected.effects.terms[0].type2.p_f);
  const auto names = file_.read_text("/similarity/effects/effect_contrast");
  const auto contrast = column("contrast", "error", kFinal, kComplete);
  ASSERT_EQ(names[0], "rule: bptt - eprop");
  EXPECT_EQ(contrast[0], expected.contrasts[0].difference);
  EXPECT_EQ(reason("accuracy", kFinal, kComplete), EffectReason::no_values);
  EXPECT_EQ(reason("participation_ratio", kFinal, kComplete), EffectReason::computed);
}

TEST_F(EffectsOfStudy, reaching_a_level_is_a_response_of_its_own) {
  EXPECT_EQ(reason("reached", kFinal, kComplete), EffectReason::not_at_this_level);
  EXPECT_EQ(reason("reached", kReached, kComplete), EffectReason::computed);
  const auto reached = column("level_mean", "reached", kReached, kComplete);
  EXPECT_EQ(reached[0], 1);
  EXPECT_EQ(reached[1], 0.5) << "eprop";
  EXPECT_EQ(column("n_usable", "updates", kReached, kComplete).front(), 36);
}

TEST_F(EffectsOfStudy, change_when_what_they_were_made_from_does) {
  const Effects effects(effect_design(study_, design_));
  Study other = study_;
  other.effects.permutations = 199;
  const Effects others(effect_design(other, design_));
  const StoredRuns before = runs();
  for (std::size_t item = 0; item < effects.n_items(); ++item)
    EXPECT_NE(effects.made_from(item, before), others.made_from(item, before)) << effects.item_name(item);
  std::vector<std::vector<std::uint64_t>> numbers;
  for (std::size_t item = 0; item < effects.n_items(); ++item) numbers.push_back(effects.made_from(item, before));
  write(5, 2);  // another representation, the same error
  const StoredRuns after = runs();
  for (std::size_t item = 0; item < effects.n_items(); ++item) {
    const bool is_of_distances = effects.item_name(item).starts_with("procrustes");
    EXPECT_EQ(effects.made_from(item, after) != numbers[item], is_of_distances) << effects.item_name(item);
  }
  EXPECT_EQ(effects.made_from(0, StoredRuns(file_, std::vector<bool>(design_.size(), false))),
            std::vector<std::uint64_t>{0});
}

TEST_F(EffectsOfStudy, wait_for_distances_that_are_not_there) {
  const Effects effects(effect_design(study_, design_));
  write(5, 2);
  const StoredRuns runs = this->runs();
  ItemValues values(effects.places(0));
  try {
    effects.compute(0, runs, {true}, {}, values);
    FAIL() << "distances of run 5 are of what it was before";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is not there"));
  }
}

TEST_F(EffectsOfStudy, of_distances_that_are_undefined_have_a_reason) {
  const double nan = std::nan("");
  file_.write<double>("/similarity/procrustes", {kFinal, 3, 4}, {1, 1, 1}, std::span(&nan, 1));
  compute(Effects(effect_design(study_, design_)));
  EXPECT_EQ(reason("procrustes", kFinal, kComplete), EffectReason::undefined_distances);
  EXPECT_TRUE(std::isnan(column("share", "procrustes", kFinal, kComplete)[0]));
  EXPECT_EQ(reason("procrustes", kReached, kComplete), EffectReason::computed);
}

TEST_F(EffectsOfStudy, need_no_more_than_the_file) {
  const EffectDesign of_file = effect_design(file_, study_.effects), of_study = effect_design(study_, design_);
  EXPECT_EQ(of_file.measures, of_study.measures);
  const Effects a(of_file), b(of_study);
  const StoredRuns runs = this->runs();
  ASSERT_EQ(a.n_items(), b.n_items());
  for (std::size_t item = 0; item < a.n_items(); ++item) EXPECT_EQ(a.made_from(item, runs), b.made_from(item, runs));
}

TEST_F(EffectsOfStudy, have_a_map_of_the_runs_beside_them) {
  const std::size_t n = design_.size();
  const auto map = file_.read<double>("/similarity/procrustes_embedding", {kReached, 0, 0}, {1, n, 2});
  const auto share = file_.read<double>("/similarity/procrustes_embedding_share", {kReached, 0}, {1, 2});
  double sum = 0;
  for (std::size_t run = 0; run < n; ++run) {
    EXPECT_EQ(std::isfinite(map[2 * run]), is_reached(run)) << run;
    if (is_reached(run)) sum += map[2 * run] * map[2 * run];
  }
  double total = 0;
  const auto squares = file_.read<double>("/similarity/procrustes", {kReached, 0, 0}, {1, n, n});
  for (const double d : squares) total += std::isnan(d) ? 0 : d * d / (2 * 36);
  EXPECT_NEAR(share[0], sum / total, 1e-9);
  EXPECT_GT(share[0], share[1]);
}

}  // namespace
}  // namespace cohort::test
