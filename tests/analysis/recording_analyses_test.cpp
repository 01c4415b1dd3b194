#include <cohort/analysis/analyses.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <vector>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kUnits = 4, kTimes = 15, kConditions = 3;

class RecordingAnalyses : public StudyFiles {
 protected:
  using Rate = std::function<double(std::size_t unit, std::size_t time, std::size_t condition)>;

  static double rate(std::size_t unit, std::size_t time, std::size_t condition) {
    return std::sin(static_cast<double>(3 * unit + 1) * 0.1 * static_cast<double>(time)) +
           std::cos(static_cast<double>((unit + 2) * (condition + 1)));
  }

  /// Writes a recording [units, times, conditions] for the task of the study below.
  void record(const std::string& name, std::size_t n_units, const Rate& value) {
    NpyArray array{{n_units, kTimes, kConditions}, {}};
    for (std::size_t unit = 0; unit < n_units; ++unit)
      for (std::size_t time = 0; time < kTimes; ++time)
        for (std::size_t condition = 0; condition < kConditions; ++condition)
          array.values.push_back(value(unit, time, condition));
    write_npy(directory_.path(name), array);
  }

  /// A study of a task with three conditions and fifteen steps, from files.
  Study study(const std::string& recordings) {
    NpyArray inputs{{kConditions, kTimes, 1}, {}}, conditions{{kConditions}, {0, 1, 2}};
    for (std::size_t i = 0; i < kConditions * kTimes; ++i) inputs.values.push_back(std::sin(static_cast<double>(i)));
    directory_.write("trials/empty", "");
    for (const char* name : {"inputs", "targets"})
      write_npy(directory_.path("trials/" + std::string(name) + ".npy"), inputs);
    write_npy(directory_.path("trials/conditions.npy"), conditions);
    return read(
        fmt::format("[study]\nname = \"s\"\n[task]\nname = \"from_file\"\npath = \"trials\"\n[factors]\n"
                    "rule = \"bptt\"\narchitecture = \"ctrnn/units=3\"\ninitialization = \"gaussian\"\nseed = 1\n"
                    "[similarity]\nmeasures = [\"procrustes\"]\nresamples = 10\nrecordings = {}\n",
                    recordings));
  }

  static std::vector<std::string> warnings(const Study& study) {
    const Design design = expand(study);
    return Analyses(study, design).warnings();
  }
};

TEST_F(RecordingAnalyses, of_good_recordings_warn_of_nothing) {
  record("good.npy", kUnits, rate);
  EXPECT_THAT(warnings(study("\"good.npy\"")), IsEmpty());
}

TEST_F(RecordingAnalyses, know_beforehand_what_is_not_defined) {
  record("one.npy", 1, rate);
  record("centred.npy", kUnits, [](std::size_t u, std::size_t t, std::size_t c) {
    const double mean = (rate(u, t, 0) + rate(u, t, 1) + rate(u, t, 2)) / 3;
    return 1e200 * (rate(u, t, c) - mean);
  });
  record("silent.npy", kUnits,
         [](std::size_t u, std::size_t t, std::size_t c) { return u == 0 ? 1e-200 * rate(u, t, c) : 0; });
  EXPECT_THAT(
      warnings(study("[\"one.npy\", \"centred.npy\", \"silent.npy\"]")),
      ElementsAre(
          "recording one.npy has no noise ceiling by procrustes: it has a single unit, which has no halves",
          "recording silent.npy has no noise ceiling by procrustes: some random halves of its units do not vary",
          "recording centred.npy has no baseline by procrustes: its mean over conditions does not vary"));
}

TEST_F(RecordingAnalyses, refuse_what_cannot_be_compared_at_all_with_its_place) {
  record("zero.npy", kUnits, [](std::size_t, std::size_t, std::size_t) { return 0; });
  record("offset.npy", kUnits, [](std::size_t u, std::size_t t, std::size_t c) { return 1e13 + rate(u, t, c); });
  for (const char* name : {"zero", "offset"})
    EXPECT_THAT(user_error([&] { study(fmt::format("[\"{}.npy\"]", name)); }),
                AllOf(HasSubstr("study.toml:14:"), HasSubstr("cannot be compared (every unit is constant")))
        << name;
}

TEST_F(RecordingAnalyses, a_recording_may_name_its_axes_and_itself) {
  record("turned.npy", kUnits, rate);
  NpyArray turned = read_npy(directory_.path("turned.npy"));
  NpyArray stored{{kConditions, kTimes, kUnits}, std::vector<double>(turned.size())};
  for (std::size_t u = 0; u < kUnits; ++u)
    for (std::size_t t = 0; t < kTimes; ++t)
      for (std::size_t c = 0; c < kConditions; ++c)
        stored.values[(c * kTimes + t) * kUnits + u] = turned.values[(u * kTimes + t) * kConditions + c];
  write_npy(directory_.path("stored.npy"), stored);
  const Study one = study("[\"turned.npy\"]");
  const Study other =
      study("[{ file = \"stored.npy\", axes = [\"conditions\", \"time\", \"units\"], name = \"M1\" }, \"turned.npy\"]");
  EXPECT_EQ(one.kept_recordings[0]->values, other.kept_recordings[0]->values);
  EXPECT_NE(one.kept_recordings[0]->content, other.kept_recordings[0]->content);
  EXPECT_EQ(one.kept_recordings[0]->content, other.kept_recordings[1]->content);
  EXPECT_THAT(other.similarity.recording_names, ElementsAre("M1", "turned.npy"));
  EXPECT_THAT(user_error([&] { study("[\"stored.npy\"]"); }),
              AllOf(HasSubstr("study.toml:14:15: recording 'stored.npy' does not fit the task"),
                    HasSubstr("As [conditions 3, time 15, units 4] it would fit"),
                    HasSubstr("axes = [\"conditions\", \"time\", \"units\"]")));
}

TEST_F(RecordingAnalyses, mistakes_in_the_list_are_found) {
  record("good.npy", kUnits, rate);
  record("square.npy", kTimes, rate);
  EXPECT_THAT(user_error([&] { study("[\"square.npy\"]"); }), HasSubstr("can be read in 2 ways"));
  EXPECT_EQ(user_error([&] { study("{ file = \"square.npy\", axes = [\"units\", \"time\", \"conditions\"] }"); }),
            "no error");
  EXPECT_THAT(user_error([&] { study("[\"good.npy\", \"good.npy\"]"); }), HasSubstr("'good.npy' stands twice"));
  EXPECT_THAT(user_error([&] { study("[{ file = \"good.npy\", axis = [] }]"); }),
              HasSubstr("unknown key 'axis' in [similarity.recordings]"));
  EXPECT_THAT(user_error([&] { study("[{ name = \"good.npy\" }]"); }), HasSubstr("lacks the key 'file'"));
  EXPECT_THAT(user_error([&] { study("[{ file = \"good.npy\", axes = [\"neurons\"] }]"); }),
              AllOf(HasSubstr("study.toml:14:"), HasSubstr("unknown axis 'neurons'")));
  EXPECT_THAT(user_error([&] { study("[3]"); }), HasSubstr("a text or table is needed"));
}

}  // namespace
}  // namespace cohort::test
