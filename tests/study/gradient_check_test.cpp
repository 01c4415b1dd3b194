#include <cohort/study/gradient_check.hpp>

#include <support/study_files.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cohort::test {
namespace {

class CheckGradients : public StudyFiles {
 protected:
  std::vector<GradientCheck> check(const std::string& rules, const std::string& architectures) const {
    const Study study = read(example("architecture = \"ctrnn/units=10\"", "architecture = [" + architectures + "]")
                                 .replace(example().find("[\"bptt\", \"eprop\"]"), 17, "[" + rules + "]"));
    return check_gradients(study, expand(study));
  }
};

TEST_F(CheckGradients, exact_rules_agree_with_differences_and_others_do_not) {
  const auto checks = check("\"bptt\", \"eprop\", \"rtrl\"", "\"ctrnn/units=8,activation=tanh\", \"gru/units=8\"");
  ASSERT_EQ(checks.size(), 6U) << "one check per pair, whatever the seeds and initializations";
  for (const GradientCheck& check : checks) {
    const std::string name = check.rule + " " + check.architecture;
    EXPECT_EQ(check.is_exact, check.rule != "eprop") << name;
    EXPECT_TRUE(check.agrees) << name;
    if (check.is_exact) {
      EXPECT_LE(check.difference_error, 1e-6) << name;
      EXPECT_NEAR(check.cosine, 1, 1e-9) << name;
      EXPECT_NEAR(check.norm_ratio, 1, 1e-9) << name;
    } else {
      EXPECT_GT(check.difference_error, 1e-3) << name << ": the check can fail";
      EXPECT_LT(check.cosine, 0.9999) << name;
      EXPECT_GT(check.cosine, 0.1) << name;
    }
  }
}

TEST_F(CheckGradients, spiking_cells_are_compared_with_bptt) {
  const auto checks = check("\"bptt\", \"rtrl\", \"eprop\"", "\"lif/units=8\"");
  for (const GradientCheck& check : checks) {
    EXPECT_TRUE(std::isnan(check.difference_error)) << check.rule;
    EXPECT_TRUE(check.agrees) << check.rule;
    EXPECT_GT(check.norm_ratio, 0) << check.rule;
  }
}

TEST_F(CheckGradients, a_rule_with_steps_of_its_own_makes_no_claim) {
  const auto checks = check("\"reward_hebbian\"", "\"ctrnn/units=8,activation=tanh\"");
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_FALSE(checks[0].has_gradient);
  EXPECT_FALSE(checks[0].is_exact);
}

}  // namespace
}  // namespace cohort::test
