#include <cohort/study/setting_changes.hpp>

#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SettingChanges : public StudyFiles {
 protected:
  /// "line:column name: before -> now" for each.
  std::vector<std::string> changes(const std::string& before, const std::string& now) const {
    std::vector<std::string> result;
    for (const SettingChange& change : setting_changes(before, read(now)))
      result.push_back(fmt::format("{}:{} {}: {} -> {}", change.where.line, change.where.column, change.name,
                                   change.before, change.now));
    return result;
  }
};

TEST_F(SettingChanges, name_what_decides_results_with_its_place) {
  EXPECT_THAT(changes(example_and("[training]\nbatch = 32\nclip = 1\n"), example_and("[training]\nbatch = 16\n")),
              ElementsAre("11:9 [training] batch: 32 -> 16", "10:1 [training] clip: 1 -> 0"));
  EXPECT_THAT(changes(example("name = \"example\"", "name = \"example\"\nseed = 1"), example()),
              ElementsAre("1:1 [study] seed: 1 -> 0"));
}

TEST_F(SettingChanges, name_the_parameters_of_a_task) {
  const auto task = [](const std::string& more) {
    return example("name = \"context_integration_mante_2013\"", "name = \"delayed_xor" + more);
  };
  EXPECT_THAT(changes(task("\"\ndelay = 800"), task("/delay=900\"")), ElementsAre("3:1 [task] delay: 800 -> 900"));
  EXPECT_THAT(changes(task("/delay=800\""), task("\"\ndelay = 800")), IsEmpty());
}

TEST_F(SettingChanges, name_what_is_new_and_what_is_gone) {
  EXPECT_THAT(changes(example(), example_and("[shifted]\ninput_noise = 0.5\n")),
              ElementsAre("11:15 [shifted] input_noise: none -> 0.5"));
  EXPECT_THAT(changes(example_and("[alignment]\nrules = [\"eprop\"]\n"), example()),
              ElementsAre("0:0 [alignment] rules: eprop -> none", "0:0 [alignment] every: 1 -> none",
                          "0:0 [alignment] at:  -> none"));
}

TEST_F(SettingChanges, leave_out_what_does_not_make_another_study) {
  EXPECT_THAT(changes(example("name = \"example\"", "name = \"former\"",
                              "[snapshots]\nweights = true\nat_updates = [0]\n"
                              "[similarity]\nmeasures = [\"procrustes\"]\n[dynamics]\nfixed_points = {}\n"),
                      example("seed = 3", "seed = 4", "[training]\nbatch = 64\n")),
              IsEmpty());
}

TEST_F(SettingChanges, are_unknown_when_the_earlier_text_is_not_understood) {
  EXPECT_THAT(changes("[study\n", example()), IsEmpty());
  EXPECT_THAT(changes(example_and("[training]\nbatch = \"many\"\n"), example()), IsEmpty());
}

}  // namespace
}  // namespace cohort::test
