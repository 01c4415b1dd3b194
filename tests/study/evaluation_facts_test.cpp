#include <cohort/recordings/npy_array.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/initial_weights.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class EvaluationFactsTest : public StudyFiles {
 protected:
  std::string text_of(const std::string& added) const {
    const Study study = read(example_and(added));
    return study.semantic_text() + evaluation_key_text(study);
  }
};

TEST_F(EvaluationFactsTest, keys_name_the_version_where_it_makes_a_difference) {
  EXPECT_THAT(text_of("[snapshots]\nat_accuracy = [0.9]\n"), Not(HasSubstr("evaluation")));
  for (const bool is_constant : {false, true}) {
    NpyArray inputs{{2, 3, 1}, {1, 2, 3, 4, 5, 6}}, targets{{2, 3, 1}, {1, 1, 1, 1, 1, is_constant ? 1.0 : 2.0}};
    std::filesystem::create_directories(directory_.path("trials"));
    write_npy(directory_.path("trials/inputs.npy"), inputs);
    write_npy(directory_.path("trials/targets.npy"), targets);
    const Study study =
        read(example("name = \"context_integration_mante_2013\"", "name = \"from_file\"\npath = \"trials\""));
    EXPECT_EQ(study.evaluation.has_odd_targets, is_constant);
    EXPECT_EQ(evaluation_key_text(study), is_constant ? "evaluation 2\n" : "");
  }
}

TEST_F(EvaluationFactsTest, options_left_at_their_defaults_change_no_key) {
  const std::string plain = text_of("");
  EXPECT_EQ(text_of("[snapshots]\nhold = 1\n"), plain);
  EXPECT_EQ(text_of("[training]\nrate_penalty_per = \"batch\"\n"), plain);
  EXPECT_THAT(text_of("[snapshots]\nat_error = [0.1]\nhold = 3\n"), HasSubstr("hold 3\n"));
  EXPECT_EQ(text_of("[snapshots]\nhold = 3\n"), plain) << "there is no level to hold";
  EXPECT_THAT(text_of("[training]\nrate_penalty_per = \"trial\"\n"), HasSubstr("rate_penalty_per trial\n"));
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=10,bias=true"));
  EXPECT_EQ(study.levels[1][0].versioned, read(example()).levels[1][0].versioned);
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nrate_penalty_per = \"trail\"\n")); }),
              HasSubstr("study.toml:11:20: rate_penalty_per = \"trail\" is not possible (known: batch, trial). Did you "
                        "mean 'trial'?"));
}

TEST_F(EvaluationFactsTest, levels_at_chance_are_warned_of) {
  const Study study = read(example_and("[snapshots]\nat_accuracy = [0.4, 0.9]\nat_error = [0.1, 2]\n"));
  EXPECT_THAT(study_warnings(study), ElementsAre(HasSubstr("error<=2 is at chance"), HasSubstr("accuracy>=0.4 is at")));
  EXPECT_THAT(study_warnings(read(example())), IsEmpty());
}

TEST_F(EvaluationFactsTest, noise_on_shifted_inputs_has_a_version) {
  EXPECT_THAT(text_of("[shifted]\ninput_noise = 0.1\n"), HasSubstr(" noise@2"));
  EXPECT_THAT(text_of("[shifted]\ncoherences = 0.3\n"), Not(HasSubstr("noise@2")));
}

TEST_F(EvaluationFactsTest, feedback_files_enter_keys_by_their_content) {
  const auto with = [&](const std::string& file, double last) {
    std::filesystem::create_directories(directory_.path(file).substr(0, directory_.path(file).rfind('/')));
    NpyArray weights{{10, 3}, std::vector<double>(30, 1)};
    weights.values.back() = last;
    write_npy(directory_.path(file), weights);
    const Study study = read(example("\"eprop\"", "\"eprop/feedback=file,feedback_file=" + file + "\""));
    return expand(study)[6].key;
  };
  const std::string key = with("B.npy", 1);
  EXPECT_EQ(with("folder/other.npy", 1), key);
  EXPECT_NE(with("B.npy", 2), key);
  const Study both = read(example("\"eprop\"",
                                  "\"eprop/feedback=file,feedback_file=B.npy\", "
                                  "\"eprop/feedback=file,feedback_file=folder/other.npy\""));
  EXPECT_EQ(both.levels[0].size(), 3u) << "two files are two levels";
  EXPECT_THAT(user_error([&] { read(example("\"eprop\"", "\"eprop/feedback=file,feedback_file=none.npy\"")); }),
              HasSubstr("none.npy"));
}

TEST_F(EvaluationFactsTest, initial_weights_are_one_per_architecture_and_initialization) {
  const Study study = read(example("\"ctrnn/units=10\"", "[\"ctrnn/units=10\", \"ctrnn/units=10,dale=true\"]"));
  const auto weights = initial_weights(study, expand(study), 40);
  ASSERT_EQ(weights.size(), 4u);
  EXPECT_EQ(weights[1].initialization, "orthogonal");
  EXPECT_NEAR(weights[1].weights.radius, 1, 1e-4);
  EXPECT_NEAR(weights[1].weights.norm, std::sqrt(10.0), 1e-5);
  EXPECT_LT(weights[2].weights.radius, 1.2);
  EXPECT_EQ(initial_weights(study, expand(study), 3).size(), 3u);
}

}  // namespace
}  // namespace cohort::test
