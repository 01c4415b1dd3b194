#include <cohort/study/design.hpp>
#include <cohort/study/option_info.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A value of every option that is not its default. `needs` stands before it in the same section.
struct Other {
  std::string value, needs = "";
};
const std::map<std::string, Other>& other_values() {
  static const std::map<std::string, Other> values{
      {"study.name", {"\"other\""}},
      {"study.seed", {"7"}},
      {"task.name", {"\"delayed_xor\""}},
      {"task.<parameter>", {"steps = 41"}},
      {"rules.<name>.feedback", {"feedback = \"random\""}},
      {"factors.rule", {"\"tbptt\""}},
      {"factors.architecture", {"\"ctrnn/units=11\""}},
      {"factors.initialization", {"\"glorot_uniform\""}},
      {"factors.optimizer", {"\"sgd\""}},
      {"factors.seed", {"[8]"}},
      {"exclude.rule", {"\"bptt\""}},
      {"exclude.architecture", {"\"none\""}},
      {"exclude.initialization", {"[\"gaussian\"]"}},
      {"exclude.optimizer", {"\"none\""}},
      {"exclude.seed", {"1"}},
      {"shifted.<parameter>", {"steps = 42"}},
      {"shifted.input_noise", {"0.5"}},
      {"shifted.input_range", {"[0, 1]"}},
      {"training.optimizer", {"\"sgd\""}},
      {"training.updates", {"999"}},
      {"training.epochs", {"0"}},  // of a task that counts its trials alone: tests/app/layers_test.py
      {"training.batch", {"63"}},
      {"training.evaluate_every", {"2"}},
      {"training.clip", {"1"}},
      {"training.activity_penalty", {"1"}},
      {"training.explosion", {"1e5"}},
      {"training.rate_penalty", {"0.5"}},
      {"training.rate_target_hz", {"20"}},
      {"training.l2", {"0.1"}},
      {"training.rate_penalty_per", {"\"trial\""}},
      {"training.regularizers", {"[\"l2\"]"}},
      {"training.keep_state", {"true"}},
      {"training.flossing.exponents", {"5"}},
      {"training.flossing.target", {"-0.1", "exponents = 4\n"}},
      {"training.flossing.strength", {"2", "exponents = 4\n"}},
      {"training.flossing.before", {"7", "exponents = 4\n"}},
      {"training.flossing.every", {"3", "exponents = 4\n"}},
      {"training.flossing.trials", {"2", "exponents = 4\n"}},
      {"training.flossing.transient", {"4", "exponents = 4\n"}},
      {"alignment.rules", {"[\"eprop\"]"}},
      {"alignment.every", {"5", "rules = [\"eprop\"]\n"}},
      {"alignment.at", {"[5]", "rules = [\"eprop\"]\n"}},
      {"snapshots.at_error", {"[0.5]"}},
      {"snapshots.at_accuracy", {"[0.5]"}},
      {"snapshots.at_updates", {"[0]"}},
      {"training.rate_penalty_per", {"\"trial\""}},
      {"snapshots.hold", {"3", "at_error = [0.5]\n"}},
      {"snapshots.weights", {"true"}},
      {"snapshots.outputs", {"true"}},
      {"snapshots.representation", {"\"compressed\""}},
      {"snapshots.components", {"5", "representation = \"compressed\"\n"}},
      {"snapshots.tolerance", {"1e-3", "representation = \"compressed\"\n"}},
      {"snapshots.hold", {"2", "at_error = [0.5]\n"}},
      {"similarity.measures", {"[\"procrustes\"]"}},
      {"similarity.recordings", {"[]"}},
      {"similarity.layers", {"[1]"}},
      {"similarity.resamples", {"7"}},
      {"similarity.match_units", {"true"}},
      {"similarity.leave_one_out", {"true"}},
      {"similarity.bootstrap", {"20"}},
      {"similarity.null", {"20"}},
      {"similarity.float32", {"true"}},
      {"similarity.pairs", {"\"sample:5\""}},
      {"similarity.tolerance", {"1e-6"}},
      {"effects.distances", {"false"}},
      {"effects.responses", {"[\"error\"]"}},
      {"effects.permutations", {"999"}},
      {"dynamics.fixed_points.starts", {"5"}},
      {"dynamics.fixed_points.max_points", {"5"}},
      {"dynamics.fixed_points.levels", {"[\"final\"]"}},
      {"dynamics.fixed_points.contexts", {"[\"motion\"]"}},
      {"dynamics.fixed_points.noise", {"0.3"}},
      {"dynamics.fixed_points.slow_ms", {"500"}},
      {"dynamics.fixed_points.modes", {"4"}},
      {"dynamics.fixed_points.graph", {"true"}},
      {"dynamics.lyapunov.exponents", {"3"}},
      {"dynamics.lyapunov.steps", {"50"}},
      {"dynamics.lyapunov.transient", {"5"}},
      {"dynamics.lyapunov.trials", {"4"}},
      {"dynamics.lyapunov.every", {"2"}},
      {"dynamics.rich_lazy.kernel_samples", {"10"}},
      {"dynamics.curvature.parameters", {"\"W\""}},
      {"dynamics.curvature.batch", {"8"}},
      {"dynamics.curvature.first_trial", {"640", "batch = 4\n"}},
      {"dynamics.curvature.at", {"[3]"}},
      {"dynamics.curvature.critical", {"true"}},
      {"dynamics.curvature.probes", {"5"}}};
  return values;
}

bool is_placeholder(const OptionInfo& option) { return option.name.starts_with("<"); }

class StudyOptions : public StudyFiles {
 protected:
  /// The example with one line in the section of an option: an existing one replaced, or the section added.
  static std::string with_line(const OptionInfo& option, const std::string& key, const std::string& value,
                               const std::string& needs = "") {
    const std::string line = key + " = " + value;
    if (option.section == "exclude") return example_and("[[exclude]]\n" + line + "\n");
    std::string text = kExample;
    if (const auto at = text.find("[" + option.section + "]\n"); at != std::string::npos) {
      const auto first = at + option.section.size() + 3, next = text.find("\n[", at);
      std::string body = text.substr(first, next == std::string::npos ? next : next + 1 - first), kept;
      for (std::size_t start = 0; start < body.size();) {
        const std::size_t end = body.find('\n', start) + 1;
        const std::string old = body.substr(start, end - start);
        if (!old.starts_with(key + " ")) kept += old;
        start = end;
      }
      return text.replace(first, body.size(), line + "\n" + kept);
    }
    return example_and("[" + option.section + "]\n" + needs + line + "\n");
  }

  static const OptionInfo& option(const std::string& full_name) {
    for (const OptionInfo& info : study_options())
      if (info.full_name() == full_name) return info;
    throw std::runtime_error("no option " + full_name);
  }

  std::set<std::string> keys(const std::string& text) const {
    std::set<std::string> result;
    for (const cohort::Run& run : expand(read(text))) result.insert(run.key);
    return result;
  }
};

TEST_F(StudyOptions, are_described_each_once) {
  std::set<std::string> names;
  for (const OptionInfo& info : study_options()) {
    EXPECT_TRUE(names.insert(info.full_name()).second) << info.full_name();
    EXPECT_FALSE(info.description.empty()) << info.full_name();
    EXPECT_FALSE(info.legal.empty()) << info.full_name();
  }
  EXPECT_GT(names.size(), 40U);
}

TEST_F(StudyOptions, have_defaults_but_for_the_name_the_task_and_the_factors) {
  std::set<std::string> needed;
  for (const OptionInfo& info : study_options())
    if (info.fallback.empty()) needed.insert(info.full_name());
  EXPECT_THAT(needed, testing::UnorderedElementsAre("study.name", "task.name", "factors.rule", "factors.architecture",
                                                    "factors.initialization", "factors.seed"));
}

TEST_F(StudyOptions, refuse_a_value_of_the_wrong_type_where_it_stands) {
  for (const OptionInfo& info : study_options()) {
    if (is_placeholder(info)) continue;
    const std::string text = with_line(info, info.name, "1979-05-27"), said = user_error([&] { read(text); });
    const auto line = std::count(text.begin(), text.begin() + static_cast<long>(text.find("1979")), '\n') + 1;
    EXPECT_THAT(said, AllOf(HasSubstr(fmt::format("study.toml:{}:{}: ", line, info.name.size() + 4)),
                            HasSubstr(info.name), HasSubstr("is not possible")))
        << info.full_name();
  }
}

TEST_F(StudyOptions, are_suggested_when_they_are_misspelt) {
  for (const OptionInfo& info : study_options()) {
    if (is_placeholder(info) || info.section == "task" || info.section == "shifted") continue;
    const std::string said = user_error([&] { read(with_line(info, info.name + "x", "1")); });
    EXPECT_THAT(said, AllOf(HasSubstr(fmt::format("unknown key '{}x' in [{}]", info.name, info.section)),
                            HasSubstr("Did you mean '" + info.name + "'?")));
  }
}

TEST_F(StudyOptions, are_found_by_the_names_that_other_programs_give_them) {
  for (const OptionInfo& info : study_options())
    for (const std::string& name : info.also_called)
      EXPECT_THAT(user_error([&] { read(with_line(info, name, "1")); }),
                  AllOf(HasSubstr("unknown key '" + name + "'"), HasSubstr("Did you mean '" + info.name + "'")));
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nlearning_rate = 0.1\n")); }),
              HasSubstr("Did you mean 'optimizer', as in optimizer = \"adam/rate=1e-3\"?"));
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nepochs = 10\n")); }), HasSubstr("the task has no epochs"));
}

TEST_F(StudyOptions, leave_keys_alone_when_their_default_is_written) {
  const auto before = keys(example());
  for (const char* section : {"training", "snapshots", "similarity"})
    for (const OptionInfo& info : study_options()) {
      if (info.section != section) continue;
      const bool is_text = info.name == "optimizer" || info.name == "rate_penalty_per" || info.name == "representation";
      EXPECT_EQ(keys(with_line(info, info.name, is_text ? "\"" + info.fallback + "\"" : info.fallback)), before)
          << info.full_name();
    }
}

TEST_F(StudyOptions, change_the_keys_that_they_say_they_are_part_of) {
  const auto before = keys(example());
  for (const OptionInfo& info : study_options()) {
    const auto other = other_values().find(info.full_name());
    if (info.section == "rules" && other == other_values().end()) continue;  // parameters of a registry
    ASSERT_NE(other, other_values().end()) << info.full_name() << " needs another value in this test";
    if (is_placeholder(info) || info.section == "exclude") continue;
    if (info.full_name() == "shifted.input_range") continue;  // counts with noise only
    const auto after = keys(with_line(info, info.name, other->second.value, other->second.needs));
    std::set<std::string> common;
    std::set_intersection(before.begin(), before.end(), after.begin(), after.end(),
                          std::inserter(common, common.end()));
    if (info.part_of == PartOf::no_run)
      EXPECT_EQ(after, before) << info.full_name();
    else
      EXPECT_TRUE(common.empty()) << info.full_name();
  }
}

}  // namespace
}  // namespace cohort::test
