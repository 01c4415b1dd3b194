#include <cohort/study/run_choice.hpp>
#include <cohort/study/run_failure.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Choice : public StudyFiles {
 protected:
  const Study study_ = read(
      "[study]\nname = \"choice\"\n[task]\nname = \"flip_flop\"\n[factors]\nrule = [\"bptt\", "
      "\"eprop/feedback=random\"]\narchitecture = [\"ctrnn/units=4\", \"gru/units=4\"]\ninitialization = "
      "\"gaussian\"\nseed = 2\n[[exclude]]\nrule = \"eprop*\"\narchitecture = \"gru/*\"\n");
  const Design design_ = expand(study_);  // 6 runs: b c 0, b c 1, b g 0, b g 1, e c 0, e c 1

  std::vector<int> chosen(const std::vector<std::string>& only) const {
    const RunChoice choice(study_, design_, only, {});
    std::vector<int> runs;
    for (std::size_t run = 0; run < design_.size(); ++run)
      if (choice.is_chosen(run)) runs.push_back(static_cast<int>(run));
    return runs;
  }
  std::string refusal(const std::vector<std::string>& only, const std::vector<std::string>& retry = {}) const {
    return user_error([&] { RunChoice(study_, design_, only, retry); });
  }
};

TEST_F(Choice, levels_of_one_factor_add_up_and_those_of_several_must_all_fit) {
  EXPECT_THAT(chosen({}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(chosen({"rule=bptt"}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(chosen({"rule=bptt", "rule=eprop*"}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(chosen({"rule=bptt", "seed=1"}), ElementsAre(1, 3));
  EXPECT_THAT(chosen({"architecture=ctrnn/ units = 4", "seed=0"}), ElementsAre(0, 4));
}

TEST_F(Choice, what_is_unknown_is_refused_with_what_may_have_been_meant) {
  EXPECT_THAT(refusal({"rules=bptt"}), HasSubstr("unknown factor 'rules'"));
  EXPECT_THAT(refusal({"rules=bptt"}), HasSubstr("Did you mean 'rule'?"));
  EXPECT_THAT(refusal({"rule=bppt"}), HasSubstr("Did you mean 'bptt'?"));
  EXPECT_THAT(refusal({"rule=eprop"}), HasSubstr("Did you mean 'eprop/feedback=random'?"));
  EXPECT_THAT(refusal({"rule"}), HasSubstr("FACTOR=LEVEL is needed"));
  EXPECT_THAT(refusal({"rule=eprop*", "architecture=gru*"}), HasSubstr("no run of the study fits"));
}

TEST_F(Choice, runs_are_tried_again_by_state_number_or_key) {
  const RunChoice failed(study_, design_, {}, {"failed"});
  EXPECT_TRUE(failed.is_retried(2, RunStatus::failed));
  EXPECT_FALSE(failed.is_retried(2, RunStatus::diverged));
  EXPECT_FALSE(failed.is_retried(2, RunStatus::done));
  const RunChoice some(study_, design_, {}, {"diverged", "3", design_[4].key, design_[5].key.substr(0, 8)});
  EXPECT_TRUE(some.is_retried(2, RunStatus::diverged));
  EXPECT_FALSE(some.is_retried(2, RunStatus::failed));
  for (const std::size_t run : {3u, 4u, 5u}) EXPECT_TRUE(some.is_retried(run, RunStatus::done));
  EXPECT_THAT(refusal({}, {"6"}), HasSubstr("is no run of the study"));
  EXPECT_THAT(refusal({}, {"fialed"}), HasSubstr("Did you mean 'failed'?"));
  EXPECT_THAT(refusal({}, {"zzzz"}), HasSubstr("is no run of the study"));
}

TEST(RunFailure, its_message_tells_its_cause) {
  const RunLimits limits{90, 2e9};
  EXPECT_EQ(failure_cause(too_long_text(limits, 17)), FailureCause::time);
  EXPECT_EQ(failure_cause(out_of_memory_text(limits)), FailureCause::memory);
  EXPECT_EQ(failure_cause(out_of_memory_text({})), FailureCause::memory);
  EXPECT_EQ(failure_cause(death_text(2)), FailureCause::death);
  EXPECT_EQ(failure_cause("the matrix is singular"), FailureCause::error);
  EXPECT_EQ(out_of_memory_text({}), "out of memory");
}

TEST(RunFailure, it_is_tried_again_by_its_cause_and_not_for_ever) {
  const RunLimits limits{90, 2e9};
  for (const std::string& message : {std::string("singular"), out_of_memory_text(limits)}) {
    EXPECT_TRUE(is_tried_again({message, most_attempts - 1, 5}, limits));
    EXPECT_FALSE(is_tried_again({message, most_attempts, 5}, limits));
  }
  const std::string too_long = too_long_text(limits, 17);
  EXPECT_FALSE(is_tried_again({too_long, 1, 90.1}, limits));
  EXPECT_TRUE(is_tried_again({too_long, 20, 90.1}, {180, 2e9}));
  EXPECT_TRUE(is_tried_again({too_long, 20, 90.1}, {}));
  EXPECT_FALSE(is_tried_again({death_text(2), 1, 1}, {}));
}

}  // namespace
}  // namespace cohort::test
