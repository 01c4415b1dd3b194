#include <cohort/recordings/npy_array.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/study/study.hpp>
#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> texts(const std::vector<FactorLevel>& levels) {
  std::vector<std::string> result;
  for (const FactorLevel& level : levels) result.push_back(level.text);
  return result;
}

class ReadStudy : public StudyFiles {
 protected:
  static const std::vector<FactorLevel>& levels(const Study& study, Factor factor) {
    return study.levels[static_cast<int>(factor)];
  }

  /// What the user is told, with the directory of the study file left out.
  std::string message(const std::string& text) const {
    std::string said = user_error([&] { read(text); });
    const std::string directory = directory_.path();
    for (auto at = said.find(directory); at != std::string::npos; at = said.find(directory))
      said.erase(at, directory.size());
    return said;
  }

  /// A recording with a wave in every unit.
  std::string write_recording(const std::string& name, std::vector<std::size_t> shape) const {
    NpyArray array{std::move(shape), {}};
    std::size_t size = 1;
    for (const std::size_t n : array.shape) size *= n;
    for (std::size_t i = 0; i < size; ++i) array.values.push_back(std::sin(static_cast<double>(i * i)));
    write_npy(directory_.path(name), array);
    return directory_.path(name);
  }

  /// Kinematics of eight straight reaches, in `folder` of the test's directory.
  void write_kinematics(const std::string& folder) const {
    std::filesystem::create_directories(directory_.path(folder));
    NpyArray time{{51}, {}}, angle{{8, 51}, {}};
    for (int ms = -100; ms <= 400; ms += 10) time.values.push_back(ms);
    for (std::size_t i = 0; i < 8 * 51; ++i) angle.values.push_back(static_cast<double>(i % 51));
    write_npy(directory_.path(folder + "/time_ms.npy"), time);
    write_npy(directory_.path(folder + "/shoulder_angle.npy"), angle);
    write_npy(directory_.path(folder + "/elbow_angle.npy"), angle);
  }

  static std::string reach_example(const std::string& task, const std::string& added = "") {
    return example("name = \"context_integration_mante_2013\"\n", task, added);
  }
};

// What a good file means

TEST_F(ReadStudy, fills_in_the_defaults) {
  const Study study = read(example());
  EXPECT_EQ(study.name, "example");
  EXPECT_EQ(study.seed, 0U);
  EXPECT_EQ(study.text, kExample);
  EXPECT_THAT(texts(levels(study, Factor::rule)), ElementsAre("bptt", "eprop"));
  EXPECT_THAT(texts(levels(study, Factor::architecture)), ElementsAre("ctrnn/units=10"));
  EXPECT_THAT(texts(levels(study, Factor::optimizer)), ElementsAre("adam"));
  EXPECT_THAT(levels(study, Factor::architecture)[0].versioned,
              StartsWith("ctrnn@1/units=10,activation=retanh,tau=10,"));
  EXPECT_EQ(to_text(levels(study, Factor::rule)[0].variant), "bptt");
  const TrainingOptions defaults;
  EXPECT_EQ(study.training.updates, defaults.updates);
  EXPECT_EQ(study.training.batch, defaults.batch);
  EXPECT_EQ(study.training.evaluate_every, 1);
  EXPECT_EQ(study.training.clip, 0);
  EXPECT_EQ(study.training.activity_penalty, 0);
  EXPECT_THAT(study.snapshots.labels(), ElementsAre("final"));
  EXPECT_FALSE(study.snapshots.keep_parameters);
  EXPECT_THAT(study.similarity.measures, IsEmpty());
  EXPECT_EQ(study.dynamics.starts, 0);
  EXPECT_THAT(study.exclusions, IsEmpty());
}

TEST_F(ReadStudy, reads_every_option) {
  write_recording("m1.npy", {6, 50, 72});
  const Study study = read(example("name = \"example\"", "name = \"example\"\nseed = 77",
                                   "[training]\nupdates = 20\nbatch = 5\nevaluate_every = 3\nclip = 1\n"
                                   "activity_penalty = 2.5\nexplosion = 1e3\noptimizer = \"sgd/rate=0.1\"\n"
                                   "[snapshots]\nat_error = [0.5, 1]\nat_accuracy = 0.9\nat_updates = [0, 20]\n"
                                   "weights = true\n"
                                   "[similarity]\nmeasures = \"procrustes\"\nrecordings = [\"m1.npy\"]\nresamples = 7\n"
                                   "[dynamics]\nfixed_points = { starts = 16, max_points = 3 }\n"));
  EXPECT_EQ(study.seed, 77U);
  EXPECT_EQ(study.training.updates, 20);
  EXPECT_EQ(study.training.batch, 5);
  EXPECT_EQ(study.training.evaluate_every, 3);
  EXPECT_EQ(study.training.clip, 1);
  EXPECT_EQ(study.training.activity_penalty, 2.5);
  EXPECT_EQ(study.training.explosion, 1e3);
  EXPECT_THAT(texts(levels(study, Factor::optimizer)), ElementsAre("sgd/rate=0.1"));
  EXPECT_THAT(study.snapshots.labels(),
              ElementsAre("update=0", "update=20", "error<=0.5", "error<=1", "accuracy>=0.9", "final"));
  EXPECT_TRUE(study.snapshots.keep_parameters);
  EXPECT_THAT(study.similarity.measures, ElementsAre("procrustes"));
  EXPECT_EQ(study.similarity.resamples, 7);
  EXPECT_EQ(study.dynamics.starts, 16);
  EXPECT_EQ(study.dynamics.max_points, 3);
}

TEST_F(ReadStudy, regularizers_are_variants_and_part_of_the_keys_when_there_are_any) {
  const Study plain = read(example());
  EXPECT_THAT(plain.training.regularizers, IsEmpty());
  EXPECT_EQ(plain.semantic_text().find("regularizers"), std::string::npos) << "keys of older studies stay";
  const Study study = read(example_and("[training]\nregularizers = [\"l2/weight=0.5\", \"rate_penalty\"]\n"));
  EXPECT_THAT(study.training.regularizers, ElementsAre("l2/weight=0.5", "rate_penalty"));
  EXPECT_EQ(study.semantic_text(),
            plain.semantic_text() + "regularizers l2@1/weight=0.5 rate_penalty@1/weight=1,target_hz=10\n");
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nregularizers = [\"l3\"]\n")); }),
              AllOf(HasSubstr("unknown regularizer 'l3'"), HasSubstr("Did you mean 'l2'?")));
}

TEST_F(ReadStudy, a_number_of_seeds_counts_from_zero_and_a_list_names_them) {
  EXPECT_THAT(read(example()).seeds, ElementsAre(0, 1, 2));
  EXPECT_THAT(read(example("seed = 3", "seed = [7, 3]")).seeds, ElementsAre(7, 3));
}

TEST_F(ReadStudy, seeds_may_be_large_and_many_but_their_number_has_a_limit) {
  EXPECT_THAT(read(example("seed = 3", "seed = [4294967295, 9223372036854775807]")).seeds,
              ElementsAre(4294967295, std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(read(example("seed = 3", "seed = 1000000")).seeds.size(), 1000000U);
  EXPECT_THAT(message(example("seed = 3", "seed = 1000001")),
              AllOf(StartsWith("study.toml:9:8: [factors] seed = 1000001"), HasSubstr("integer in [1, 1000000]")));
}

TEST_F(ReadStudy, a_name_may_hold_anything_but_must_be_one) {
  EXPECT_EQ(read(example("\"example\"", "\"a/b c: d\"")).name, "a/b c: d");
  EXPECT_THAT(message(example("\"example\"", "\" \"")), StartsWith("study.toml:2:8: the study's name is empty"));
}

TEST_F(ReadStudy, dynamics_keep_the_weights_they_start_from) {
  const Study study = read(example_and("[dynamics]\nfixed_points = {}\n"));
  EXPECT_EQ(study.dynamics.starts, 256);
  EXPECT_TRUE(study.snapshots.keep_parameters);
}

TEST_F(ReadStudy, the_optimizer_may_be_a_factor) {
  const Study study = read(example_and("optimizer = [\"adam\", \"sgd\"]\n"));
  EXPECT_THAT(texts(levels(study, Factor::optimizer)), ElementsAre("adam", "sgd"));
}

TEST_F(ReadStudy, task_parameters_are_keys_of_task_or_part_of_its_name) {
  const Study keys = read(reach_example("name = \"center_out_reach_hatsopoulos_2007\"\noffset = 0\nsteps = 250\n"));
  const Study name = read(reach_example("name = \"center_out_reach_hatsopoulos_2007/offset=0,steps=250\"\n"));
  const Study both = read(reach_example("name = \"center_out_reach_hatsopoulos_2007/offset=0\"\nsteps = 250\n"));
  EXPECT_EQ(keys.task_versioned, "center_out_reach_hatsopoulos_2007@1/kinematics=,steps=250,offset=0,onset=185");
  EXPECT_EQ(keys.task_versioned, name.task_versioned);
  EXPECT_EQ(keys.task_versioned, both.task_versioned);
  EXPECT_EQ(keys.task, name.task);
}

TEST_F(ReadStudy, paths_count_from_the_folder_of_the_study_file) {
  write_kinematics("data/reaches");
  write_recording("data/m1.npy", {6, 121, 8});
  const std::string similarity = "[similarity]\nmeasures = [\"procrustes\"]\nrecordings = [\"../data/m1.npy\"]\n";
  for (const std::string task : {"name = \"center_out_reach_hatsopoulos_2007\"\nkinematics = \"../data/reaches\"\n",
                                 "name = \"center_out_reach_hatsopoulos_2007/kinematics=../data/reaches\"\n"}) {
    const Study study = read(reach_example(task, similarity), "studies/study.toml");
    EXPECT_THAT(study.task, HasSubstr("kinematics=" + directory_.path("data/reaches") + ","));
    EXPECT_THAT(study.task_versioned, AllOf(HasSubstr("kinematics=,"), HasSubstr(" data=")));
    EXPECT_THAT(study.similarity.recordings, ElementsAre(directory_.path("data/m1.npy")));
    EXPECT_THAT(study.similarity.recording_names, ElementsAre("../data/m1.npy"));
  }
}

TEST_F(ReadStudy, a_variant_may_be_a_table_and_may_hold_blanks) {
  const std::string plain = "\"ctrnn/units=10\"";
  const auto versioned = [&](const std::string& written) {
    return read(example(plain, written)).levels[static_cast<int>(Factor::architecture)].at(0).versioned;
  };
  const std::string expected = versioned("\"ctrnn/units=20,tau=[5,50]\"");
  EXPECT_EQ(versioned("\"ctrnn / units = 20, tau = [5, 50]\""), expected);
  EXPECT_EQ(versioned("{name = \"ctrnn\", units = 20, tau = [5, 50]}"), expected);
  EXPECT_EQ(versioned("[{name = \"ctrnn/units=20\", tau = [5, 50]}]"), expected);
  EXPECT_THAT(message(example(plain, "{units = 20}")), StartsWith("study.toml:7:16: "));
  EXPECT_THAT(message(example(plain, "{name = \"ctrnn\", unis = 20}")), HasSubstr("Did you mean 'units'?"));
}

TEST_F(ReadStudy, a_rule_of_the_user_may_have_any_name_but_none) {
  const Study study = read(example("[\"bptt\", \"eprop\"]", "[\"my rule/1\", \"bptt\"]",
                                   "[alignment]\nrules = [\"my rule/1\"]\n[rules.\"my rule/1\"]\npath = \"none\"\n"));
  EXPECT_EQ(study.levels[static_cast<int>(Factor::rule)].at(0).text, "my rule/1");
  EXPECT_EQ(study.levels[static_cast<int>(Factor::rule)].at(0).variant, (Variant{"credit", {{"path", "none"}}}));
  EXPECT_THAT(message(example("[\"bptt\", \"eprop\"]", "[\"\", \"bptt\"]", "[rules.\"\"]\npath = \"none\"\n")),
              StartsWith("study.toml:10:1: a rule of [rules] has no name"));
}

TEST_F(ReadStudy, rules_whose_curves_would_have_one_name_are_refused) {
  EXPECT_THAT(message(example_and("[alignment]\nrules = [\"eprop/feedback=random\", \"eprop_feedback_random\"]\n"
                                  "[rules.eprop_feedback_random]\npath = \"none\"\n")),
              HasSubstr("would have one name"));
}

TEST_F(ReadStudy, a_path_may_hold_commas_and_brackets) {
  EXPECT_THAT(message(reach_example("name = \"center_out_reach_hatsopoulos_2007\"\nkinematics = \"no, [where=1\"\n")),
              testing::StrEq("study.toml:5:14: no, [where=1: there is no such folder or file"));
}

TEST_F(ReadStudy, an_exclusion_may_list_patterns) {
  const Study study = read(example_and("[[exclude]]\nrule = [\"eprop\"]\nseed = [0, 2]\n"));
  EXPECT_THAT(study.exclusions[0].patterns[static_cast<int>(Factor::seed)], ElementsAre("0", "2"));
}

TEST_F(ReadStudy, exclusions_are_patterns_for_the_factors_they_name) {
  const Study study = read(example_and("[[exclude]]\nrule = \"e*\"\nseed = 2\n[[exclude]]\noptimizer = \"adam\"\n"));
  ASSERT_EQ(study.exclusions.size(), 2U);
  EXPECT_THAT(study.exclusions[0].patterns[static_cast<int>(Factor::rule)], ElementsAre("e*"));
  EXPECT_THAT(study.exclusions[0].patterns[static_cast<int>(Factor::seed)], ElementsAre("2"));
  EXPECT_THAT(study.exclusions[0].patterns[static_cast<int>(Factor::architecture)], testing::IsEmpty());
  EXPECT_THAT(study.exclusions[1].patterns[static_cast<int>(Factor::optimizer)], ElementsAre("adam"));
}

constexpr const char* kMine = "[rules.mine]\nfeedback = \"random\"\npath = \"none\"\nevery = 5\n";

TEST_F(ReadStudy, a_named_rule_stands_for_its_axes) {
  const Study study = read(example("\"eprop\"", "\"mine\"", kMine));
  const FactorLevel& mine = levels(study, Factor::rule)[1];
  EXPECT_EQ(mine.text, "mine");
  EXPECT_EQ(to_text(mine.variant), "credit/feedback=random,path=none,every=5");
  EXPECT_THAT(mine.versioned, AllOf(StartsWith("credit@1/"), HasSubstr("every=5")));
  const Study spelled_out = read(example("\"eprop\"", "\"" + to_text(mine.variant) + "\""));
  EXPECT_EQ(levels(spelled_out, Factor::rule)[1].versioned, mine.versioned) << "the name is not part of a run's key";
}

TEST_F(ReadStudy, reads_which_rules_watch_the_training) {
  const Study study =
      read(example_and("[alignment]\nrules = [\"eprop\", \"mine\"]\nat = [0, 7]\n[rules.mine]\nfeedback = \"sign\"\n"));
  EXPECT_THAT(study.training.alignment.rules, ElementsAre("eprop", "credit/feedback=sign"));
  EXPECT_THAT(study.training.alignment.names, ElementsAre("eprop", "mine")) << "what curves are called";
  EXPECT_TRUE(study.training.alignment.watches(7));
  EXPECT_FALSE(study.training.alignment.watches(8));
  EXPECT_TRUE(read(example_and("[alignment]\nrules = \"eprop\"\nevery = 4\n")).training.alignment.watches(8));
  EXPECT_NE(read(example_and("[alignment]\nrules = \"eprop\"\n")).semantic_text(), read(example()).semantic_text());
}

TEST_F(ReadStudy, a_shifted_evaluation_differs_where_it_says) {
  EXPECT_EQ(shifted_task(read(example())), nullptr);
  const std::string task = "name = \"delayed_xor\"\n";
  const Study study = read(example("name = \"context_integration_mante_2013\"\n", task, "[shifted]\ndelay = 900\n"));
  const auto clean = shared_task(study.task), shifted = shifted_task(study);
  EXPECT_GT(shifted->info().n_evaluation_steps, clean->info().n_evaluation_steps);
  const Study noisy = read(example_and("[shifted]\ninput_noise = 0.2\ninput_range = [0, 1]\n"));
  EXPECT_EQ(noisy.shifted.noise, 0.2);
  EXPECT_EQ(noisy.shifted.high, 1);
  EXPECT_NE(noisy.semantic_text(), read(example()).semantic_text());
}

TEST_F(ReadStudy, a_wrong_shifted_evaluation_is_refused) {
  EXPECT_THAT(message(example_and("[shifted]\ninput_noice = 1\n")),
              StartsWith("study.toml:11:15: unknown parameter 'input_noice' of context_integration_mante_2013"));
  EXPECT_THAT(message(example_and("[shifted]\ninput_noise = 1\ninput_range = [1, 0]\n")),
              HasSubstr("input_range is no range"));
  EXPECT_THAT(message(example("name = \"context_integration_mante_2013\"\n", "name = \"flip_flop\"\n",
                              "[shifted]\nbits = 5\n")),
              StartsWith("study.toml:11:8: the shifted task has other inputs or outputs than the task (5 and 5"));
}

// What a wrong file is told

TEST_F(ReadStudy, named_rules_are_checked_axis_by_axis) {
  EXPECT_THAT(message(example_and("[rules.mine]\nfeedback = \"randm\"\n")),
              AllOf(StartsWith("study.toml:11:12: feedback=randm is not possible for credit"),
                    HasSubstr("Did you mean 'random'?")));
  EXPECT_THAT(message(example_and("[rules.mine]\nfeadback = \"random\"\n")),
              AllOf(StartsWith("study.toml:11:12: unknown parameter 'feadback' of credit"),
                    HasSubstr("Did you mean 'feedback'?")));
  EXPECT_THAT(message(example_and("[rules.eprop]\nfeedback = \"random\"\n")),
              StartsWith("study.toml:10:1: [rules.eprop] renames a rule that exists"));
  EXPECT_THAT(message(example("\"eprop\"", "\"mien\"", kMine)),
              AllOf(StartsWith("study.toml:6:17: unknown rule 'mien'"), HasSubstr("Did you mean 'mine'?")));
}

TEST_F(ReadStudy, a_rule_that_runs_the_network_itself_cannot_watch) {
  EXPECT_THAT(message(example_and("[alignment]\nrules = [\"eprop\", \"node_perturbation\"]\n")),
              StartsWith("study.toml:11:19: rule 'node_perturbation' cannot watch"));
  EXPECT_THAT(message(example_and("[alignment]\nrules = \"eprop/every=1\"\n")),
              HasSubstr("'eprop/every=1' cannot watch"));
  EXPECT_THAT(message(example_and("[alignment]\nevery = 3\n")), HasSubstr("[alignment] names no rules"));
}

TEST_F(ReadStudy, parameters_that_exclude_each_other_are_refused_where_they_stand) {
  EXPECT_THAT(message(example("ctrnn/units=10", "ctrnn/units=10,rank=3,dale=true")),
              StartsWith("study.toml:7:16: rank=3 of ctrnn excludes dale"));
  EXPECT_THAT(message(example("ctrnn/units=10", "ctrnn/units=10,tau=0.5")),
              StartsWith("study.toml:7:16: tau=0.5 is not possible for ctrnn"));
  EXPECT_THAT(message(example_and("optimizer = \"adam/schedule=cosine\"\n")),
              StartsWith("study.toml:10:13: schedule=cosine"));
}

TEST_F(ReadStudy, unknown_keys_are_named_with_their_place_and_the_known_ones) {
  EXPECT_EQ(message(example_and("[trainings]\nupdates = 3\n")),
            "study.toml:10:2: unknown key 'trainings' (known: training, dynamics, factors, rules, snapshots, task, "
            "alignment, effects, shifted, exclude, similarity, study). Did you mean 'training'?");
  EXPECT_EQ(message(example("name = \"example\"", "name = \"example\"\n  sed = 1")),
            "study.toml:3:3: unknown key 'sed' in [study] (known: seed, name). Did you mean 'seed'?");
  EXPECT_THAT(message(example_and("rules = [\"bptt\"]\n")),
              StartsWith("study.toml:10:1: unknown key 'rules' in [factors] (known: rule, "));
  EXPECT_THAT(message(example_and("[training]\nupdate = 3\n")),
              AllOf(StartsWith("study.toml:11:1: unknown key 'update' in [training] (known: updates, "),
                    HasSubstr("Did you mean 'updates'?")));
  EXPECT_THAT(message(example_and("[dynamics]\nfixed_point = {}\n")),
              StartsWith("study.toml:11:1: unknown key 'fixed_point' in [dynamics]"));
  EXPECT_THAT(
      message(example_and("[dynamics]\nfixed_points = { contexts = [\"motoin\"] }\n")),
      StartsWith("study.toml:11:30: [dynamics] fixed_points: no context 'motoin' (known: motion, colour). Did"));
  EXPECT_THAT(message(example_and("[dynamics]\nfixed_points = { levels = [\"update=0\"] }\n")),
              StartsWith("study.toml:11:28: [dynamics] fixed_points: no level 'update=0' (known: final)"));
  EXPECT_THAT(message(example_and("[dynamics]\nfixed_points = { start = 3 }\n")),
              StartsWith("study.toml:11:18: unknown key 'start' in [dynamics.fixed_points]"));
  EXPECT_THAT(message(example_and("[[exclude]]\nseed = 1\n[[exclude]]\nrul = \"bptt\"\n")),
              StartsWith("study.toml:13:1: unknown key 'rul' in [exclude]"));
  EXPECT_THAT(message(reach_example("name = \"center_out_reach_hatsopoulos_2007\"\nofset = 3\n")),
              AllOf(StartsWith("study.toml:5:9: unknown parameter 'ofset' of center_out_reach_hatsopoulos_2007"),
                    HasSubstr("Did you mean 'offset'?")));
}

TEST_F(ReadStudy, unknown_names_are_answered_with_the_nearest) {
  EXPECT_THAT(
      message(example("\"eprop\"", "\"erop\"")),
      AllOf(StartsWith("study.toml:6:17: unknown rule 'erop' (known: eprop, "), HasSubstr("). Did you mean 'eprop'?")));
  EXPECT_THAT(message(example("ctrnn/units=10", "ctrn/units=10")),
              AllOf(StartsWith("study.toml:7:16: unknown architecture 'ctrn' (known: ctrnn, "),
                    HasSubstr("). Did you mean 'ctrnn'?")));
  EXPECT_THAT(message(example("\"orthogonal\"", "\"ortogonal\"")),
              StartsWith("study.toml:8:31: unknown initialization 'ortogonal'"));
  EXPECT_THAT(message(example("context_integration_mante_2013", "context_integration_mante_2014")),
              AllOf(StartsWith("study.toml:4:8: unknown task 'context_integration_mante_2014'"),
                    HasSubstr("Did you mean 'context_integration_mante_2013'?")));
  EXPECT_THAT(message(example("context_integration_mante_2013", "mante_2013")),
              HasSubstr("Did you mean 'context_integration_mante_2013'?"));
  EXPECT_THAT(message(example_and("optimizer = [\"adamm\"]\n")), StartsWith("study.toml:10:14: unknown optimizer"));
  EXPECT_THAT(message(example_and("[similarity]\nmeasures = [\"procrustes\", \"procustes\"]\n")),
              StartsWith("study.toml:11:27: unknown measure 'procustes'"));
}

TEST_F(ReadStudy, values_outside_their_range_are_refused_where_they_stand) {
  EXPECT_THAT(message(example("units=10", "units=-10")),
              AllOf(StartsWith("study.toml:7:16: units=-10 is not possible for ctrnn"), HasSubstr("in [1, 100000]")));
  EXPECT_THAT(message(example("seed = 3", "seed = 0")), StartsWith("study.toml:9:8: [factors] seed = 0"));
  EXPECT_THAT(message(example("seed = 3", "seed = [1, -1]")), StartsWith("study.toml:9:12: [factors] seed = -1"));
  EXPECT_THAT(message(example_and("[training]\nbatch = 0\n")), StartsWith("study.toml:11:9: [training] batch = 0"));
  EXPECT_THAT(message(example_and("[training]\nclip = -1.5\n")), StartsWith("study.toml:11:8: [training] clip = -1.5"));
  EXPECT_THAT(message(example_and("[training]\nclip = nan\n")), StartsWith("study.toml:11:8: [training] clip = nan"));
  EXPECT_THAT(message(example_and("[snapshots]\nat_accuracy = [0.5, 1.5]\n")),
              StartsWith("study.toml:11:21: [snapshots] at_accuracy = 1.5"));
  EXPECT_THAT(message(example_and("[training]\nupdates = 10\n[snapshots]\nat_updates = [11]\n")),
              StartsWith("study.toml:13:15: [snapshots] at_updates = 11"));
}

TEST_F(ReadStudy, values_of_the_wrong_type_are_refused_where_they_stand) {
  EXPECT_THAT(message(example("\"example\"", "3")), StartsWith("study.toml:2:8: [study] name = 3"));
  EXPECT_THAT(message(example("seed = 3", "seed = 3.0")), StartsWith("study.toml:9:8: [factors] seed = 3.0"));
  EXPECT_THAT(message(example("seed = 3", "seed = \"3\"")), StartsWith("study.toml:9:8: [factors] seed = "));
  EXPECT_THAT(message("study = 3\n" + example("[study]\nname = \"example\"\n", "")),
              StartsWith("study.toml:1:9: study = 3"));
  EXPECT_THAT(message(example("[task]\nname = \"context_integration_mante_2013\"\n", "",
                              "[task]\nname = \"center_out_reach_hatsopoulos_2007\"\noffset = {}\n")),
              StartsWith("study.toml:10:10: [task] offset"));
  EXPECT_THAT(message(example("[task]\nname = \"context_integration_mante_2013\"\n", "",
                              "[task]\nname = \"center_out_reach_hatsopoulos_2007\"\noffset = [1, \"a\"]\n")),
              StartsWith("study.toml:10:14: [task] offset = 'a' is not possible (a number is needed)"));
  EXPECT_THAT(message(example_and("[exclude]\nrule = \"bptt\"\n")),
              AllOf(StartsWith("study.toml:10:1: exclude is no list of tables"), HasSubstr("[[exclude]]")));
}

TEST_F(ReadStudy, every_level_stands_once_however_it_is_written) {
  EXPECT_EQ(message(example("\"eprop\"", "\"eprop\", \"eprop/feedback=symmetric\"")),
            "study.toml:6:26: rule 'eprop/feedback=symmetric' stands twice in [factors] ('eprop' means the same). "
            "Remove one.");
  EXPECT_THAT(message(example("\"eprop\"", "\"bptt\"")), StartsWith("study.toml:6:17: rule 'bptt' stands twice"));
  EXPECT_THAT(message(example("\"ctrnn/units=10\"", "[\"ctrnn/units=10,tau=5\", \"ctrnn/tau=5.0,units=10\"]")),
              StartsWith("study.toml:7:41: architecture 'ctrnn/tau=5.0,units=10' stands twice"));
  EXPECT_THAT(message(example("seed = 3", "seed = [1, 2, 1]")), StartsWith("study.toml:9:15: seed 1 stands twice"));
  EXPECT_THAT(message(example_and("[snapshots]\nat_accuracy = [0.6, 0.8, 0.6]\n")),
              StartsWith("study.toml:11:16: at_accuracy 0.6 stands twice in [snapshots]"));
  EXPECT_THAT(message(example_and("[similarity]\nmeasures = [\"procrustes\", \"procrustes\"]\n")),
              StartsWith("study.toml:11:27: measure 'procrustes' stands twice in [similarity]"));
}

TEST_F(ReadStudy, missing_sections_and_keys_are_named) {
  EXPECT_THAT(message(""), StartsWith("study.toml: the study has no [study]"));
  EXPECT_EQ(message(example("name = \"example\"\n", "")), "study.toml:1:1: [study] lacks the key 'name'");
  EXPECT_EQ(message("[study]\nname = \"a\"\n"), "study.toml: the study has no [task]");
  EXPECT_EQ(message(example("name = \"context_integration_mante_2013\"\n", "")),
            "study.toml:3:1: [task] lacks the key 'name'");
  EXPECT_THAT(message("[study]\nname = \"a\"\n[task]\nname = \"context_integration_mante_2013\"\n"),
              StartsWith("study.toml: the study has no [factors]"));
  EXPECT_THAT(message(example("rule = [\"bptt\", \"eprop\"]\n", "")),
              StartsWith("study.toml:5:1: [factors] lacks a rule"));
  EXPECT_THAT(message(example("[\"bptt\", \"eprop\"]", "[]")), StartsWith("study.toml:5:1: [factors] lacks a rule"));
  EXPECT_THAT(message(example("seed = 3\n", "")), StartsWith("study.toml:5:1: [factors] lacks a seed"));
}

TEST_F(ReadStudy, toml_that_is_none_is_refused_with_its_place) {
  EXPECT_THAT(message(example("name = \"example\"", "name = \"example")), StartsWith("study.toml:2:16: "));
  EXPECT_THAT(message(example_and("seed = 4\n")), AllOf(StartsWith("study.toml:10:"), Not(HasSubstr("\n"))));
  EXPECT_THAT(message("[\nstudy]\n"), AllOf(StartsWith("study.toml:1:2: "), Not(HasSubstr("\n"))));
  EXPECT_THAT(message("[=]\n"), StartsWith("study.toml:1:2: "));
  EXPECT_THAT(user_error([] { read_study("missing/study.toml"); }),
              AllOf(StartsWith("missing/study.toml: "), HasSubstr("No such file")));
}

TEST_F(ReadStudy, the_optimizer_is_given_once) {
  EXPECT_THAT(message(example_and("optimizer = [\"adam\", \"sgd\"]\n[training]\noptimizer = \"adam\"\n")),
              AllOf(StartsWith("study.toml:12:13: the optimizer stands in [factors] and in [training]")));
}

TEST_F(ReadStudy, accuracy_levels_need_a_task_with_classes) {
  EXPECT_THAT(
      message(reach_example("name = \"center_out_reach_hatsopoulos_2007\"\n", "[snapshots]\nat_accuracy = [0.9]\n")),
      AllOf(StartsWith("study.toml:11:16: at_accuracy needs a task with classes"), HasSubstr("Use at_error.")));
}

TEST_F(ReadStudy, recordings_that_cannot_be_compared_are_refused) {
  const auto with_recording = [](const std::string& name) {
    return example_and("[similarity]\nmeasures = [\"procrustes\"]\nrecordings = [\"" + name + "\"]\n");
  };
  EXPECT_THAT(message(with_recording("missing.npy")),
              AllOf(StartsWith("study.toml:12:15: missing.npy: "), HasSubstr("No such file")));
  directory_.write("text.npy", "hello");
  EXPECT_THAT(message(with_recording("text.npy")), StartsWith("study.toml:12:15: text.npy: not a .npy file"));
  write_recording("line.npy", {10});
  EXPECT_THAT(message(with_recording("line.npy")), AllOf(StartsWith("study.toml:12:15: "), HasSubstr("1 dimensions")));
  write_recording("short.npy", {6, 49, 72});
  EXPECT_THAT(message(with_recording("short.npy")),
              AllOf(StartsWith("study.toml:12:15: recording 'short.npy' does not fit the task"), HasSubstr("3528"),
                    HasSubstr("3600")));
  write_recording("fits.npy", {3600, 4});
  EXPECT_EQ(message(with_recording("fits.npy")), "no error");
  EXPECT_THAT(message(example_and("[similarity]\nrecordings = [\"fits.npy\"]\n")),
              StartsWith("study.toml:11:15: recordings are given, but no measures"));
}

TEST_F(ReadStudy, pairs_are_all_none_or_a_number_that_is_drawn) {
  const auto with = [](const std::string& pairs) {
    return example_and("[similarity]\nmeasures = [\"procrustes\"]\npairs = " + pairs + "\n");
  };
  EXPECT_TRUE(read(with("true")).similarity.pairs.is_all());
  const Study drawn = read(with("\"sample:250\""));
  EXPECT_EQ(drawn.similarity.pairs.kind, PairChoice::Kind::sample);
  EXPECT_EQ(drawn.similarity.pairs.n, 250u);
  EXPECT_FALSE(drawn.effects.distances) << "they need all pairs";
  for (const char* bad :
       {"5", "\"sample:0\"", "\"sample:-3\"", "\"sample:\"", "\"sample:99999999\"", "\"some\"", "[1]"})
    EXPECT_THAT(message(with(bad)), AllOf(StartsWith("study.toml:12:"), HasSubstr("[similarity] pairs = "),
                                          HasSubstr("is not possible (true, false or \"sample:N\" with N in [1, ")));
  EXPECT_THAT(message(with("false")),
              StartsWith("study.toml:12:9: [similarity] measures have nothing to compare (pairs = false"));
  EXPECT_THAT(
      message(example_and("[similarity]\nmeasures = [\"procrustes\"]\npairs = \"sample:9\"\n"
                          "[effects]\ndistances = true\n")),
      StartsWith("study.toml:14:13: effects of factors on distances need all pairs of networks ([similarity] pairs "
                 "= sample:9)"));
}

TEST_F(ReadStudy, kinematics_that_cannot_be_read_are_refused_where_they_are_named) {
  EXPECT_THAT(message(reach_example("name = \"center_out_reach_hatsopoulos_2007\"\nkinematics = \"nowhere\"\n")),
              testing::StrEq("study.toml:5:14: nowhere: there is no such folder or file"));
}

TEST_F(ReadStudy, an_empty_exclusion_is_refused) {
  EXPECT_THAT(message(example_and("[[exclude]]\nseed = 1\n[[exclude]]\n")),
              StartsWith("study.toml:12:1: an empty [[exclude]] leaves nothing"));
}

}  // namespace
}  // namespace cohort::test
