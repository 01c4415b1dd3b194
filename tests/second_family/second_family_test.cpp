#include <cohort/cluster/run_study.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/gradient_check.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/shared_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace cohort {
namespace {

using testing::HasSubstr;

/// A study over two families of networks: which of them a run belongs to is nobody's business but its rule's.
class SecondFamily : public SharedDirectoryTest {
 protected:
  Study study_with(const std::string& added) {
    if (rank_ == 0)
      std::ofstream(path("study.toml"))
          << "[study]\nname = \"families\"\n[task]\nname = \"perceptual_decision\"\n[factors]\n"
             "rule = [\"feedback_alignment\", \"bptt\", \"backprop\"]\n"
             "architecture = [\"mlp/hidden=6\", \"ctrnn/units=8\"]\ninitialization = \"gaussian\"\nseed = 2\n"
             "[training]\nupdates = 5\nbatch = 4\n[snapshots]\nat_updates = [0]\n[similarity]\nmeasures = "
             "\"procrustes\"\n"
             "[alignment]\nrules = \"feedback_alignment\"\n"
          << added;
    barrier();
    return read_study(path("study.toml"));
  }

  static constexpr const char* kFitting =
      "[[exclude]]\nrule = \"bptt\"\narchitecture = \"mlp*\"\n"
      "[[exclude]]\nrule = \"backprop\"\narchitecture = \"ctrnn*\"\n";
};

TEST_F(SecondFamily, runs_in_the_same_study_and_file) {
  const Study study = study_with(kFitting);
  const Design design = expand(study);
  ASSERT_EQ(design.size(), 8u);
  check_runs(study, design);
  const RunStudyOutcome outcome = run_study(study, design, path("results.h5"), MPI_COMM_WORLD, {});
  EXPECT_EQ(outcome.n_done, 8u);
  EXPECT_EQ(outcome.n_failed + outcome.n_failed_items, 0u);
  if (rank_ != 0) return;
  ResultsFile file = ResultsFile::open_serial(path("results.h5"));
  const RunTable table(file);
  for (std::size_t run = 0; run < 8; ++run) {
    const bool is_layered = level_of(study, design[run], Factor::architecture).family == "feedforward";
    const RunResult result = table.read(run), alone = execute(study, design[run]);
    EXPECT_EQ(result.snapshots.back().representation.cols(), is_layered ? 6 + 3 : 8);
    EXPECT_EQ(result.snapshots.back().representation, alone.snapshots.back().representation);
    const float cosine = table.read_curve(run, "alignment/feedback_alignment")[3];
    const bool is_watched_by_itself = level_of(study, design[run], Factor::rule).text == "feedback_alignment";
    EXPECT_TRUE(std::isfinite(cosine)) << run;
    EXPECT_TRUE(cosine < 0.999F || is_watched_by_itself) << run;
  }
  for (const double distance : file.read<double>("/similarity/procrustes")) EXPECT_TRUE(std::isfinite(distance));
}

TEST_F(SecondFamily, its_exact_rule_agrees_with_finite_differences) {
  if (rank_ != 0) return;
  const Study study = [&] {
    std::ofstream(path("alone.toml")) << "[study]\nname = \"a\"\n[task]\nname = \"perceptual_decision\"\n[factors]\n"
                                         "rule = [\"backprop\", \"feedback_alignment\"]\narchitecture = "
                                         "\"mlp/hidden=6\"\ninitialization = \"gaussian\"\nseed = 1\n";
    return read_study(path("alone.toml"));
  }();
  const auto checks = check_gradients(study, expand(study));
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_TRUE(checks[0].is_exact);
  EXPECT_LT(checks[0].difference_error, 1e-8);
  EXPECT_NEAR(checks[0].cosine, 1, 1e-12);
  EXPECT_FALSE(checks[1].is_exact);
  EXPECT_GT(checks[1].difference_error, 1e-2);
}

TEST_F(SecondFamily, a_rule_of_one_family_cannot_train_the_other) {
  const Study study = study_with("");
  try {
    check_runs(study, expand(study));
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("study.toml:6:31: rule 'bptt' cannot train architecture "
                                        "'mlp/hidden=6'"));
    EXPECT_THAT(error.what(), HasSubstr("recurrent"));
  }
}

TEST_F(SecondFamily, a_name_that_families_share_is_told_once) {
  try {
    learning_rules<float>().make("feedback_alignmen");
    FAIL() << "no error";
  } catch (const UserError& error) {
    const std::string told = error.what();
    EXPECT_THAT(told, HasSubstr("Did you mean 'feedback_alignment'?"));
    EXPECT_EQ(told.find("feedback_alignment, feedback_alignment"), std::string::npos) << told;
  }
}

TEST_F(SecondFamily, has_no_fixed_points) {
  const Study study = study_with(std::string(kFitting) + "[dynamics]\nfixed_points = { starts = 4 }\n");
  try {
    run_study(study, expand(study), path("none.h5"), MPI_COMM_WORLD, {});
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("study.toml:7:17: [dynamics] cannot search fixed points of architecture "
                                        "'mlp/hidden=6' (it has no recurrent state)"));
  }
}

}  // namespace
}  // namespace cohort
