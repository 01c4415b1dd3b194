#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/run_distances.hpp>
#include <cohort/analysis/sampled_distances.hpp>

#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

class RunDistancesTest : public StudyFiles {
 protected:
  /// 2 x 1 x 2 x 10 runs: three tiles per side.
  Study study_ = read(
      example("seed = 3", "seed = 10", "[snapshots]\nat_updates = [0]\n[similarity]\nmeasures = \"procrustes\"\n"));
  Design design_ = expand(study_);
  StudySamples samples_{study_, design_};
};

TEST_F(RunDistancesTest, the_tiles_cover_every_pair_at_every_level_once) {
  const RunDistances analysis(samples_, "procrustes");
  EXPECT_EQ(analysis.n_items(), 2u * 6);
  std::map<std::string, std::set<std::vector<std::size_t>>> seen;
  std::size_t n_seen = 0;
  for (std::size_t item = 0; item < analysis.n_items(); ++item) {
    EXPECT_GT(analysis.cost(item), 0);
    for (const BlockPlace& place : analysis.places(item))
      for (std::size_t a = 0; a < place.count[1]; ++a)
        for (std::size_t b = 0; b < place.count[2]; ++b, ++n_seen)
          seen[place.dataset].insert({place.start[0], place.start[1] + a, place.start[2] + b});
  }
  EXPECT_EQ(seen["/similarity/procrustes"].size(), 2u * 40 * 40);
  EXPECT_EQ(n_seen, 2u * 40 * 40) << "nothing twice, and no normalized copy";
}

TEST_F(RunDistancesTest, places_and_numbers_fit_the_datasets) {
  const Analyses analyses(study_, design_);
  const Schema schema = analyses.schema();
  validate(schema);
  std::map<std::string, const DatasetInfo*> known;
  for (const DatasetInfo& info : schema.datasets) known[info.path] = &info;
  for (const auto& analysis : analyses.all()) {
    for (std::size_t item = 0; item < analysis->n_items(); ++item) {
      auto places = analysis->places(item);
      const auto numbers = analysis->made_from_places(item);
      places.insert(places.end(), numbers.begin(), numbers.end());
      for (const BlockPlace& place : places) {
        ASSERT_TRUE(known.contains(place.dataset)) << place.dataset;
        EXPECT_EQ(known[place.dataset]->type, place.type) << place.dataset;
        const Extent extent = schema.extent(*known[place.dataset]);
        ASSERT_EQ(extent.size(), place.count.size());
        for (std::size_t axis = 0; axis < extent.size(); ++axis)
          EXPECT_LE(place.start[axis] + place.count[axis], extent[axis]) << place.dataset;
      }
    }
  }
}

TEST_F(RunDistancesTest, a_matrix_says_its_measure_its_formula_and_how_to_normalize_it) {
  const Schema schema = RunDistances(samples_, "procrustes/distance=chordal").datasets();
  const auto& attributes = schema.datasets.front().attributes;
  EXPECT_EQ(schema.datasets.front().path, "/similarity/procrustes_distance_chordal");
  EXPECT_EQ(attributes.at("measure"), "procrustes/distance=chordal");
  EXPECT_EQ(attributes.at("normalization"), "normalized = value / sqrt(2)");
  EXPECT_THAT(attributes.at("formula"), testing::HasSubstr("sqrt(2 - 2 c)"));
}

TEST_F(RunDistancesTest, single_precision_halves_the_matrix_and_makes_other_numbers) {
  Study half = study_;
  half.similarity.float32 = true;
  const StudySamples samples(half, design_);
  const RunDistances single(samples, "procrustes"), twice(samples_, "procrustes");
  EXPECT_EQ(single.datasets().datasets.front().type, ValueType::f32);
  EXPECT_EQ(twice.datasets().datasets.front().type, ValueType::f64);
  const StorageCost small = storage_cost(single.datasets()), large = storage_cost(twice.datasets());
  EXPECT_EQ(large.per_pair, 2u * (8 + 8)) << "two levels: the distance, and what it was made from";
  EXPECT_EQ(small.per_pair, 2u * (4 + 8));
}

TEST_F(RunDistancesTest, drawn_pairs_are_covered_once_at_every_level) {
  Study drawn = study_;
  drawn.similarity.pairs = {PairChoice::Kind::sample, 50};
  const StudySamples samples(drawn, design_);
  for (const char* measure : {"procrustes", "pwcca"}) {
    const SampledDistances analysis(samples, NamedMeasure(measure));
    const Schema schema = analysis.datasets();
    validate(schema);
    EXPECT_EQ(analysis.n_items(), 2u * 4);
    std::set<std::vector<std::size_t>> seen;
    for (std::size_t item = 0; item < analysis.n_items(); ++item) {
      EXPECT_GT(analysis.cost(item), 0);
      const BlockPlace place = analysis.places(item).front(), numbers = analysis.made_from_places(item).front();
      EXPECT_EQ(place.count.size(), analysis.name().starts_with("similarity/pwcca") ? 3u : 2u) << "both directions";
      EXPECT_TRUE(std::equal(numbers.start.begin(), numbers.start.end(), place.start.begin()));
      for (std::size_t pair = 0; pair < place.count[1]; ++pair) seen.insert({place.start[0], place.start[1] + pair});
    }
    EXPECT_EQ(seen.size(), 100u);
  }
}

TEST_F(RunDistancesTest, distances_of_cut_representations_say_so) {
  const NamedMeasure whole("procrustes"), cut = whole.with_tolerance(1e-6);
  EXPECT_NE(RunDistances::version(whole, ValueType::f64), RunDistances::version(cut, ValueType::f64));
  const RunDistances distances(samples_, cut);
  const auto attributes = distances.datasets().datasets.front().attributes;
  EXPECT_EQ(attributes.at("tolerance"), "1e-06");
  EXPECT_NEAR(std::stod(attributes.at("bound")), 2e-6, 1e-12);
  EXPECT_EQ(NamedMeasure("permutation").with_tolerance(1e-6).tolerance(), 0) << "it needs the units";
}

TEST_F(RunDistancesTest, every_dataset_of_an_analysis_says_from_what_it_is_made) {
  const Analyses analyses(study_, design_);
  for (const auto& analysis : analyses.all())
    for (const DatasetInfo& info : analysis->datasets().datasets) EXPECT_FALSE(info.made_from.empty()) << info.path;
}

}  // namespace
}  // namespace cohort::test
