#include <cohort/cluster/broadcast.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/store/together.hpp>

#include <support/errors.hpp>
#include <support/shared_directory.hpp>

#include <gmock/gmock.h>

#include <fstream>

namespace cohort::test {
namespace {

using testing::HasSubstr;

class SharedStudy : public SharedDirectoryTest {
 protected:
  /// A study file of this rank's own.
  std::string write(const std::string& seeds) const {
    const std::string own = path(std::to_string(rank_) + ".toml");
    std::ofstream(own) << "[study]\nname = \"shared\"\n[task]\nname = \"flip_flop\"\n[factors]\nrule = \"bptt\"\n"
                          "architecture = \"ctrnn/units=4\"\ninitialization = \"gaussian\"\nseed = "
                       << seeds << "\n";
    return own;
  }
};

TEST_F(SharedStudy, texts_of_rank_0_reach_every_rank) {
  for (const std::string& text : {std::string(), std::string("a"), std::string(100000, 'x')}) {
    std::string own = rank_ == 0 ? text : "something else";
    broadcast(MPI_COMM_WORLD, own);
    EXPECT_EQ(own, text);
  }
  FileAnswers answers;
  if (rank_ == 0) answers = {{"a", {false, std::string("\0b", 2)}}, {"c", {true, "wrong"}}, {"d", {}}};
  broadcast(MPI_COMM_WORLD, answers);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers["a"].bytes, std::string("\0b", 2));
  EXPECT_FALSE(answers["a"].is_error);
  EXPECT_TRUE(answers["c"].is_error);
  EXPECT_EQ(answers["c"].bytes, "wrong");
  EXPECT_EQ(answers["d"].bytes, "");
}

TEST_F(SharedStudy, is_that_of_rank_0) {
  const Study study = read_study_together(write(rank_ == 0 ? "2" : "5"), MPI_COMM_WORLD);
  EXPECT_EQ(study.path, path("0.toml"));
  EXPECT_EQ(expand(study).size(), 2u);
  EXPECT_NO_THROW(agree_on_design(study, expand(study), MPI_COMM_WORLD));
}

TEST_F(SharedStudy, what_rank_0_finds_wrong_every_rank_throws) {
  EXPECT_THROW(read_study_together(write(rank_ == 0 ? "0" : "2"), MPI_COMM_WORLD), AgreedUserError);
}

TEST_F(SharedStudy, ranks_that_would_train_other_runs_do_not_begin) {
  Study study = read_study_together(write("2"), MPI_COMM_WORLD);
  if (rank_ == n_ranks_ - 1) study.training.batch += 1;
  const auto agree = [&] { agree_on_design(study, expand(study), MPI_COMM_WORLD); };
  if (n_ranks_ == 1) {
    EXPECT_NO_THROW(agree());
  } else {
    EXPECT_THAT(user_error(agree), HasSubstr("understands the study in another way than rank 0"));
  }
}

TEST_F(SharedStudy, programs_of_two_versions_do_not_begin) {
  EXPECT_NO_THROW(agree_on_build("cohort 1.0", MPI_COMM_WORLD));
  const std::string own = rank_ == n_ranks_ - 1 ? "cohort 1.1" : "cohort 1.0";
  const std::string said = user_error([&] { agree_on_build(own, MPI_COMM_WORLD); });
  if (n_ranks_ > 1) {
    EXPECT_THAT(said, HasSubstr("rank 2 is another program than rank 0 (cohort 1.1; not cohort 1.0)"));
  }
}

}  // namespace
}  // namespace cohort::test
