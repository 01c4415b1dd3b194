#include <cohort/study/design.hpp>

#include <cohort/recordings/npy_array.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DesignOf : public StudyFiles {
 protected:
  Design design(const std::string& text) const { return expand(read(text)); }

  std::vector<std::string> names(const std::string& text) const {
    const Study study = read(text);
    std::vector<std::string> result;
    for (const cohort::Run& run : expand(study)) result.push_back(run_name(study, run));
    return result;
  }

  /// Keys of all runs, in the order of the file.
  std::vector<std::string> keys(const std::string& text) const {
    std::vector<std::string> result;
    for (const cohort::Run& run : design(text)) result.push_back(run.key);
    return result;
  }

  std::set<std::string> key_set(const std::string& text) const {
    const auto all = keys(text);
    return {all.begin(), all.end()};
  }
};

TEST_F(DesignOf, is_the_full_factorial_with_rules_slowest_and_seeds_fastest) {
  EXPECT_THAT(
      names(example("seed = 3", "seed = [4, 2]")),
      ElementsAre(
          "bptt | ctrnn/units=10 | gaussian | adam | seed 4", "bptt | ctrnn/units=10 | gaussian | adam | seed 2",
          "bptt | ctrnn/units=10 | orthogonal | adam | seed 4", "bptt | ctrnn/units=10 | orthogonal | adam | seed 2",
          "eprop | ctrnn/units=10 | gaussian | adam | seed 4", "eprop | ctrnn/units=10 | gaussian | adam | seed 2",
          "eprop | ctrnn/units=10 | orthogonal | adam | seed 4",
          "eprop | ctrnn/units=10 | orthogonal | adam | seed 2"));
  EXPECT_EQ(design(example_and("optimizer = [\"adam\", \"sgd\", \"sgd/rate=1\"]\n")).size(), 2U * 2 * 3 * 3);
}

TEST_F(DesignOf, exclusions_leave_out_what_all_their_patterns_match) {
  EXPECT_EQ(names(example_and("[[exclude]]\nrule = \"eprop\"\ninitialization = \"ortho*\"\n")).size(), 12U - 3);
  EXPECT_EQ(names(example_and("[[exclude]]\nseed = 1\n")).size(), 12U - 4);
  EXPECT_EQ(names(example_and("[[exclude]]\nseed = 1\n[[exclude]]\nrule = \"*prop\"\n")).size(), 12U - 4 - 6 + 2);
  for (const std::string& name : names(example_and("[[exclude]]\nrule = \"eprop\"\nseed = \"2\"\n")))
    EXPECT_FALSE(name.starts_with("eprop") && name.ends_with("seed 2")) << name;
}

TEST_F(DesignOf, an_exclusion_that_matches_nothing_is_refused_where_it_stands) {
  EXPECT_THAT(user_error([&] { design(example_and("[[exclude]]\nseed = 1\n[[exclude]]\nrule = \"rflo\"\n")); }),
              HasSubstr("/study.toml:12:1: [[exclude]] number 2 matches no combination"));
  // The patterns are compared with the levels as written.
  EXPECT_THAT(user_error([&] { design(example_and("[[exclude]]\narchitecture = \"ctrnn\"\n")); }),
              HasSubstr("matches no combination"));
  EXPECT_EQ(design(example_and("[[exclude]]\nrule = \"bptt\"\narchitecture = \"ctrnn/*\"\n")).size(), 6U);
}

TEST_F(DesignOf, exclusions_may_overlap) {
  EXPECT_EQ(design(example_and("[[exclude]]\nrule = \"bptt\"\n[[exclude]]\nrule = \"bptt\"\nseed = 0\n")).size(), 6U);
}

TEST_F(DesignOf, excluding_everything_is_refused) {
  EXPECT_THAT(user_error([&] { design(example_and("[[exclude]]\nrule = \"*\"\n")); }),
              HasSubstr("/study.toml: the study has no runs"));
}

TEST_F(DesignOf, a_million_runs_are_counted_and_not_listed) {
  const Study study = read(example("seed = 3", "seed = 250000"));
  const Design all = expand(study);
  ASSERT_EQ(all.size(), 1000000u);
  EXPECT_EQ(run_name(study, all[999999]), "eprop | ctrnn/units=10 | orthogonal | adam | seed 249999");
  EXPECT_EQ(all[250001].key, keys(example("seed = 3", "seed = [1]"))[1]);
  EXPECT_EQ(all.first_of_each(Factor::rule, Factor::initialization),
            (std::vector<std::size_t>{0, 250000, 500000, 750000}));

  const Study part = read(example("seed = 3", "seed = 250000",
                                  "[[exclude]]\nrule = \"bptt\"\nseed = \"*7\"\n[[exclude]]\nseed = \"*77\"\n"));
  const Design kept = expand(part);
  ASSERT_EQ(kept.size(), 2u * 225000 + 2u * 247500);
  EXPECT_EQ(run_name(part, kept[7]), "bptt | ctrnn/units=10 | gaussian | adam | seed 8");
  EXPECT_EQ(run_name(part, kept[450000 + 77]), "eprop | ctrnn/units=10 | gaussian | adam | seed 78");
}

TEST_F(DesignOf, more_runs_than_can_be_counted_are_refused) {
  std::string initializations = "[\"gaussian\"";
  for (int i = 1; i < 1200; ++i) initializations += ", \"gaussian/gain=" + std::to_string(i + 1) + "\"";
  const std::string text = example("[\"gaussian\", \"orthogonal\"]", initializations + "]");
  EXPECT_THAT(user_error([&] { design(std::string(text).replace(text.find("seed = 3"), 8, "seed = 1000000")); }),
              HasSubstr("the study has too many combinations"));
}

TEST_F(DesignOf, a_part_of_it_keeps_its_runs) {
  const Design whole = design(example_and("[[exclude]]\nseed = 1\n")), part = whole.only({1, 6});
  ASSERT_EQ(part.size(), 2u);
  EXPECT_EQ(part[0].key, whole[1].key);
  EXPECT_EQ(part.only({1})[0].key, whole[6].key);
  EXPECT_NE(part.fingerprint(), whole.fingerprint());
}

TEST_F(DesignOf, fingerprints_are_those_of_all_keys) {
  const std::string same = design(example()).fingerprint();
  EXPECT_EQ(design(example("seed = 3", "seed = [0, 1, 2]")).fingerprint(), same);
  for (const auto& other :
       {example("seed = 3", "seed = [0, 2, 1]"), example("units=10", "units=11"),
        example("\"eprop\"", "\"eprop/feedback=random\""), example_and("[training]\nupdates = 7\n")})
    EXPECT_NE(design(other).fingerprint(), same);
}

TEST(Pattern, stars_stand_for_any_text) {
  EXPECT_TRUE(matches("gru/*", "gru/units=100"));
  EXPECT_FALSE(matches("gru/*", "gru"));
  EXPECT_FALSE(matches("gru", "gru/units=100"));
  EXPECT_TRUE(matches("*units=1*0*", "ctrnn/units=100,tau=5"));
  EXPECT_FALSE(matches("*units=1*9*", "ctrnn/units=100,tau=5"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a**b", "ab"));
  EXPECT_FALSE(matches("a?", "ab"));  // only the star is special
}

// Keys: what a results file finds a finished run by.

TEST_F(DesignOf, every_run_has_a_key_of_its_own) {
  const auto all = keys(example());
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 12U);
  for (const std::string& key : all) EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(all.front().size(), 32U);
}

TEST_F(DesignOf, keys_stay_when_levels_are_added_or_reordered) {
  const auto before = key_set(example());
  for (const std::string& text : {example("seed = 3", "seed = 10"), example("seed = 3", "seed = [2, 9, 0, 1]"),
                                  example("\"bptt\", ", "\"tbptt\", \"bptt\", "),
                                  example("\"orthogonal\"]", "\"orthogonal\", \"gaussian/gain=0.7\"]")}) {
    const auto after = key_set(text);
    EXPECT_GT(after.size(), before.size());
    EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end())) << text;
  }
}

TEST_F(DesignOf, keys_stay_when_only_the_writing_changes) {
  const auto before = keys(example());
  EXPECT_EQ(keys("# a comment\n" + example()), before);
  EXPECT_EQ(keys(example("[\"bptt\", \"eprop\"]", "[\n  'bptt',  # exact\n  'eprop/feedback=symmetric',\n]")), before);
  EXPECT_EQ(keys(example("ctrnn/units=10", "ctrnn/tau=10.0, units=10")), before);
  EXPECT_EQ(keys(example("seed = 3", "seed = [0, 1, 2]")), before);
  EXPECT_EQ(keys(example("name = \"example\"", "name = \"another name\"")), before);
  EXPECT_EQ(keys(example_and("[training]\nupdates = 1000\noptimizer = \"adam/rate=0.001\"\n")), before);
  EXPECT_EQ(keys(example_and("[similarity]\nmeasures = [\"procrustes\"]\n")), before) << "analyses train nothing";
  EXPECT_EQ(keys(example_and("[[exclude]]\nrule = \"eprop\"\n")),
            std::vector<std::string>(before.begin(), before.begin() + 6));
}

TEST_F(DesignOf, keys_change_with_every_parameter_of_a_level_or_task) {
  std::vector<std::string> texts{example()};
  texts.push_back(example_and("[training]\noptimizer = \"adam/rate=0.002\"\n"));
  texts.push_back(example("name = \"example\"", "name = \"example\"\nseed = 1"));
  texts.push_back(example("context_integration_mante_2013", "center_out_reach_hatsopoulos_2007"));
  texts.push_back(example("context_integration_mante_2013", "center_out_reach_hatsopoulos_2007/offset=-9"));
  texts.push_back(example("ctrnn/units=10", "ctrnn/units=11"));
  texts.push_back(example("ctrnn/units=10", "ctrnn/units=10,tau=11"));
  texts.push_back(example("\"gaussian\", \"orthogonal\"", "\"gaussian/gain=1.4\", \"orthogonal/gain=1.1\""));
  std::set<std::string> all;
  for (const std::string& text : texts) all.merge(key_set(text));
  EXPECT_EQ(all.size(), 12 * texts.size());
}

TEST_F(DesignOf, random_streams_stay_those_of_what_was_stored_first) {
  const Study before = read(example()), now = read(example_and("[snapshots]\nat_updates = [0]\nweights = true\n"));
  const Design first = expand(before);
  Design later = expand(now);
  EXPECT_NE(later[0].streams, first[0].streams) << "as earlier versions had it";
  later.draw_as(now, before.stored_text());
  for (std::size_t run = 0; run < first.size(); ++run) {
    EXPECT_EQ(later[run].streams, first[run].streams);
    EXPECT_EQ(later[run].key, first[run].key);
  }
}

TEST_F(DesignOf, keys_follow_the_data_and_not_its_path) {
  const auto write_kinematics = [&](const std::string& folder, double speed) {
    std::filesystem::create_directories(directory_.path(folder));
    NpyArray time{{51}, {}}, angle{{8, 51}, {}};
    for (int ms = -100; ms <= 400; ms += 10) time.values.push_back(ms);
    for (std::size_t i = 0; i < 8 * 51; ++i) angle.values.push_back(speed * static_cast<double>(i % 51));
    write_npy(directory_.path(folder + "/time_ms.npy"), time);
    write_npy(directory_.path(folder + "/shoulder_angle.npy"), angle);
    write_npy(directory_.path(folder + "/elbow_angle.npy"), angle);
  };
  write_kinematics("here", 1);
  write_kinematics("there", 1);
  write_kinematics("other", 1.001);
  const auto text = [](const std::string& folder) {
    return example("name = \"context_integration_mante_2013\"\n",
                   "name = \"center_out_reach_hatsopoulos_2007\"\nkinematics = \"" + folder + "\"\n");
  };
  EXPECT_EQ(keys(text("here")), keys(text("there")));
  EXPECT_EQ(study_key(read(text("here"))), study_key(read(text("there"))));
  EXPECT_NE(keys(text("here")), keys(text("other")));
  EXPECT_NE(study_key(read(text("here"))), study_key(read(text("other"))));
}

TEST_F(DesignOf, study_key_is_that_of_what_decides_the_results_of_all_runs) {
  const std::string key = study_key(read(example()));
  EXPECT_EQ(study_key(read(example("seed = 3", "seed = 30"))), key);
  EXPECT_EQ(study_key(read(example("\"bptt\", ", "\"tbptt\", \"bptt\", "))), key);
  EXPECT_EQ(study_key(read(example("\"example\"", "\"another name\""))), key);
  EXPECT_EQ(study_key(read(example_and("[snapshots]\nat_updates = [0]\nweights = true\n"))), key);
  EXPECT_NE(study_key(read(example_and("[training]\nupdates = 999\n"))), key);
  EXPECT_NE(study_key(read(example("name = \"example\"", "name = \"example\"\nseed = 1"))), key);
}

}  // namespace
}  // namespace cohort::test
