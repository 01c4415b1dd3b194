#include <cohort/analysis/analyses.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::HasSubstr;

constexpr const char* kNothingElse = "[effects]\nresponses = []\n";
constexpr const char* kSearch = "[effects]\nresponses = []\n[dynamics]\nfixed_points = { starts = 4 }\n";

class FixedPointSearchTest : public StudyFiles {};

TEST_F(FixedPointSearchTest, an_item_is_a_run_at_a_level) {
  const Study study = read(example_and(kSearch));
  const Design design = expand(study);
  const Analyses analyses(study, design);
  ASSERT_EQ(analyses.all().size(), 1u);
  EXPECT_EQ(analyses.all()[0]->name(), "dynamics/fixed_points");
  EXPECT_EQ(analyses.all()[0]->n_items(), design.size() * study.snapshots.labels().size());
}

TEST_F(FixedPointSearchTest, spiking_cells_are_refused_where_they_are_written) {
  const Study study = read(example("ctrnn/units=10", "lif/units=10", kSearch));
  const Design design = expand(study);
  EXPECT_THAT(user_error([&] { const Analyses analyses(study, design); }),
              HasSubstr("study.toml:7:16: [dynamics] cannot search fixed points of architecture 'lif/units=10'"));
}

TEST_F(FixedPointSearchTest, a_study_without_a_search_may_spike) {
  const Study study = read(example("ctrnn/units=10", "lif/units=10", kNothingElse));
  const Design design = expand(study);
  EXPECT_TRUE(Analyses(study, design).all().empty());
}

}  // namespace
}  // namespace cohort::test
