#include <cohort/analysis/analyses.hpp>
#include <cohort/analysis/rich_lazy_measures.hpp>

#include <support/changed_runs.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>

#include <cmath>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMeasures =
    "[effects]\nresponses = []\n[snapshots]\nat_updates = [0]\n[dynamics]\nrich_lazy = { kernel_samples = 12 }\n";

class RichLazyMeasuresTest : public StudyFiles {
 protected:
  static ItemValues compute(const RichLazyMeasures& measures, const FinishedRuns& runs, std::size_t item) {
    ItemValues values(measures.places(item));
    measures.compute(item, runs, {true}, {}, values);
    return values;
  }
};

TEST_F(RichLazyMeasuresTest, an_initial_network_has_not_moved) {
  const Study study = read(example_and(kMeasures));
  const Design design = expand(study);
  const RichLazyMeasures measures(study, design);
  EXPECT_TRUE(measures.warnings().empty());
  const InitialRuns runs(study, design);
  ItemValues values = compute(measures, runs, 2);
  for (const double change : values.block<double>(0)) EXPECT_EQ(change, 0);
  EXPECT_EQ(values.block<double>(9)[0], 0) << "of all";
  for (const std::size_t alignment : {6, 8, 11, 12}) EXPECT_NEAR(values.block<double>(alignment)[0], 1, 1e-12);
  EXPECT_EQ(values.block<double>(7)[0], 1) << "signs of rates";
  EXPECT_GT(values.block<double>(3)[0], 0.1) << "spectral radius";
  EXPECT_EQ(values.block<double>(3)[0], values.block<double>(13)[0]);
}

TEST_F(RichLazyMeasuresTest, what_grew_is_seen_in_its_block_alone) {
  const Study study = read(example_and(kMeasures));
  const Design design = expand(study);
  const RichLazyMeasures measures(study, design);
  const ChangedRuns runs(study, design, [](Network<float>& network) { network.parameters().block("W") *= 1.1f; });
  ItemValues values = compute(measures, runs, 0), initial = compute(measures, InitialRuns(study, design), 0);
  const auto relative = values.block<double>(1);
  EXPECT_NEAR(relative[0], 0.1, 1e-6) << "W is the first block";
  EXPECT_EQ(relative[1], 0);
  EXPECT_EQ(values.block<double>(2)[0], 0) << "no sign turned";
  EXPECT_NEAR(values.block<double>(13)[0], 1.1 * initial.block<double>(13)[0], 1e-6);
  for (const std::size_t alignment : {6, 8, 11, 12}) {
    EXPECT_LT(values.block<double>(alignment)[0], 1 - 1e-6) << alignment;
    EXPECT_GT(values.block<double>(alignment)[0], 0.5) << alignment;
  }
}

TEST_F(RichLazyMeasuresTest, spikes_have_no_tangent_kernel_and_say_so) {
  const Study study = read(example("ctrnn/units=10", "lif/units=10", kMeasures));
  const Design design = expand(study);
  const RichLazyMeasures measures(study, design);
  EXPECT_THAT(measures.warnings(), ElementsAre(HasSubstr("no tangent kernel of 'lif/units=10'")));
  ItemValues values = compute(measures, InitialRuns(study, design), 0);
  EXPECT_TRUE(std::isnan(values.block<double>(12)[0]));
  EXPECT_EQ(values.block<double>(9)[0], 0);
}

TEST_F(RichLazyMeasuresTest, networks_without_recurrent_weights_have_no_spectrum_and_the_rest) {
  const Study study = read(example("rule = [\"bptt\", \"eprop\"]\narchitecture = \"ctrnn/units=10\"",
                                   "rule = \"backprop\"\narchitecture = \"mlp/hidden=3\"", kMeasures));
  const Design design = expand(study);
  const RichLazyMeasures measures(study, design);
  ItemValues values = compute(measures, InitialRuns(study, design), 0);
  EXPECT_TRUE(std::isnan(values.block<double>(13)[0])) << "spectral radius";
  EXPECT_TRUE(std::isnan(values.block<double>(8)[0])) << "kernel of recurrent weights";
  for (const std::size_t alignment : {6, 11, 12}) EXPECT_NEAR(values.block<double>(alignment)[0], 1, 1e-12);
}

}  // namespace
}  // namespace cohort::test
