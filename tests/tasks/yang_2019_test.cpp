#include <tasks/trials.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>

namespace cohort::test {
namespace {

constexpr Index kRing = 32, kRules = 65;
constexpr double kPi = std::numbers::pi;
const std::vector<std::string> kTasks = {"fdgo",         "reactgo",  "delaygo",  "fdanti",          "reactanti",
                                         "delayanti",    "dm1",      "dm2",      "contextdm1",      "contextdm2",
                                         "multidm",      "delaydm1", "delaydm2", "contextdelaydm1", "contextdelaydm2",
                                         "multidelaydm", "dmsgo",    "dmsnogo",  "dmcgo",           "dmcnogo"};

std::unique_ptr<Task> yang(const std::string& name, const std::string& more = "") {
  return tasks().make("yang_2019/task=" + name + more);
}

double distance(double a, double b) {
  const double d = std::fmod(std::abs(a - b), 2 * kPi);
  return std::min(d, 2 * kPi - d);
}

VectorXd tuning(double location) {
  VectorXd ring(kRing);
  for (Index unit = 0; unit < kRing; ++unit)
    ring[unit] = 0.8 * std::exp(-std::pow(distance(location, kPi / 16 * static_cast<double>(unit)) / (kPi / 8), 2) / 2);
  return ring;
}

/// A stimulus as an observer reads it off a ring.
struct Bump {
  double location, strength;
};

/// The bumps on a ring: around each peak the logarithm is a parabola.
std::vector<Bump> bumps(const VectorXd& ring) {
  std::vector<Bump> found;
  for (Index unit = 0; unit < kRing; ++unit) {
    const double left = ring[(unit + kRing - 1) % kRing], here = ring[unit], right = ring[(unit + 1) % kRing];
    if (here < 0.1 || here <= left || here < right) continue;
    const double l = std::log(left), h = std::log(here), r = std::log(right), curvature = l - 2 * h + r;
    const double shift = (l - r) / (2 * curvature);
    const double location = kPi / 16 * (static_cast<double>(unit) + shift);
    found.push_back({std::fmod(location + 2 * kPi, 2 * kPi), std::exp(h - curvature * shift * shift / 2) / 0.8});
  }
  return found;
}

/// What an observer of the inputs of a noiseless trial knows.
struct Observed {
  Index end = 0, fixation_off = 0;
  struct Shown {
    int modality;
    Bump bump;
    Index on, off;
  };
  std::vector<Shown> stimuli;  ///< in order of appearance
};

Observed observe(const Trial& trial) {
  Observed seen;
  const auto rule = trial.inputs.bottomRows(20).colwise().sum();
  while (seen.end < trial.inputs.cols() && rule[seen.end] == 1) ++seen.end;
  while (seen.fixation_off < seen.end && trial.inputs(0, seen.fixation_off) == 1) ++seen.fixation_off;
  for (Index step = 0; step < seen.end; ++step) {
    for (const int modality : {0, 1}) {
      for (const Bump& bump : bumps(trial.inputs.col(step).segment(1 + kRing * modality, kRing))) {
        bool is_known = false;
        for (auto& s : seen.stimuli) {
          if (s.modality != modality || s.off != step || distance(s.bump.location, bump.location) > 1e-6) continue;
          s.off = step + 1;
          is_known = true;
        }
        if (!is_known) seen.stimuli.push_back({modality, bump, step, step + 1});
      }
    }
  }
  return seen;
}

/// The targets as the definition of the task makes them from what is seen.
MatrixXd answer(const std::string& name, const Observed& seen, Index n_steps) {
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  Index go = seen.fixation_off;
  double response = -1;
  if (has("go") && !has("dms") && !has("dmc")) response = seen.stimuli.at(0).bump.location;
  if (has("anti")) response = std::fmod(seen.stimuli.at(0).bump.location + kPi, 2 * kPi);
  if (has("react")) go = seen.stimuli.at(0).on;
  if (has("dms") || has("dmc")) {
    // A stimulus at the place of the first and right after it would be seen as one; the delay keeps them apart.
    const double first = seen.stimuli.at(0).bump.location, second = seen.stimuli.at(1).bump.location;
    go = seen.stimuli.at(1).on;
    const bool match = has("dms") ? distance(first, second) < 1e-6 : (first < kPi) == (second < kPi);
    if (match != has("nogo")) response = second;
  } else if (has("dm")) {
    double total[2] = {0, 0}, location[2] = {seen.stimuli.at(0).bump.location, -1};
    for (const auto& s : seen.stimuli) {
      const int which = distance(s.bump.location, location[0]) < kPi / 4 ? 0 : 1;
      location[which] = s.bump.location;
      const bool counts = has("multi") || name.back() - '1' == s.modality;
      if (counts) total[which] += s.bump.strength;
    }
    response = location[total[0] > total[1] ? 0 : 1];
  }
  MatrixXd targets = MatrixXd::Zero(33, n_steps);
  targets.leftCols(seen.end).setConstant(0.05);
  targets.row(0).head(response < 0 ? seen.end : go).setConstant(0.8);
  if (response >= 0) targets.block(1, go, kRing, seen.end - go).colwise() += tuning(response);
  return targets;
}

class YangTasks : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Twenty, YangTasks, testing::ValuesIn(kTasks), [](const auto& test) { return test.param; });

TEST_P(YangTasks, an_ideal_observer_scores_one_hundred_per_cent) {
  const auto task = yang(GetParam(), ",noise=0");
  double largest = 0;
  int n_responses = 0;
  const auto check = [&](const Trial& trial) {
    const MatrixXd outputs = answer(GetParam(), observe(trial), trial.inputs.cols());
    largest = std::max(largest, (outputs - trial.targets).cwiseAbs().maxCoeff());
    EXPECT_EQ(task->performance(trial, outputs), 1);
    n_responses += trial.targets(0, last_counted(trial)) < 0.5;
  };
  for (std::uint64_t i = 0; i < 150; ++i) check(training_trial(*task, i));
  const bool may_stay = GetParam().starts_with("dms") || GetParam().starts_with("dmc");
  if (may_stay) {
    EXPECT_NEAR(n_responses, 75, 4 * std::sqrt(150 / 4.0));
  } else {
    EXPECT_EQ(n_responses, 150);
  }
  for (int condition = 0; condition < n_conditions(*task); ++condition) check(evaluation_trial(*task, condition));
  EXPECT_LE(largest, 2e-3);  // neighbouring bumps shift each other's peaks by less than this
}

TEST_P(YangTasks, the_rule_input_names_the_task) {
  const auto task = yang(GetParam(), ",noise=0");
  ASSERT_EQ(task->info().n_inputs, 85);
  ASSERT_EQ(task->info().n_outputs, 33);
  const Trial trial = training_trial(*task, 0);
  const auto rule = std::find(kTasks.begin(), kTasks.end(), GetParam()) - kTasks.begin();
  for (Index i = 0; i < 20; ++i) EXPECT_EQ(trial.inputs(kRules + i, 3), i == rule ? 1 : 0);
  EXPECT_EQ(task->info().contexts.at(0).input[kRules + rule], 1);
  for (const std::string& condition : task->info().conditions)
    EXPECT_TRUE(condition.starts_with("task=" + GetParam() + ",")) << condition;
}

TEST_P(YangTasks, the_cost_mask_is_the_published_one) {
  const auto task = yang(GetParam(), ",noise=0,mask=plain"), squared = yang(GetParam(), ",noise=0");
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Trial trial = training_trial(*task, i);
    // The released code has mean((y - ŷ) * mask)²: the mask within the square.
    EXPECT_EQ(training_trial(*squared, i).mask, trial.mask.cwiseProduct(trial.mask));
    const Observed seen = observe(trial);
    Index go = seen.fixation_off;
    if (GetParam().starts_with("react")) go = seen.stimuli.at(0).on;
    if (GetParam().starts_with("dms") || GetParam().starts_with("dmc")) go = seen.stimuli.at(1).on;
    for (Index step = 0; step < trial.mask.cols(); ++step) {
      const double weight = step < 5 ? 0 : step < go ? 1 : step < go + 5 ? 0 : step < seen.end ? 5 : 0;
      ASSERT_EQ(trial.mask(0, step), 2 * weight) << step;
      ASSERT_TRUE((trial.mask.col(step).tail(kRing).array() == weight).all()) << step;
    }
  }
}

/// The values that `of` takes over training trials, in ms.
template <class Of>
std::set<Index> values(const std::string& name, const Of& of, std::uint64_t n = 150) {
  const auto task = yang(name, ",noise=0");
  std::set<Index> result;
  for (std::uint64_t i = 0; i < n; ++i) result.insert(20 * of(observe(training_trial(*task, i))));
  return result;
}

void expect_range(const std::set<Index>& found, Index low, Index high) {
  EXPECT_GE(*found.begin(), low);
  EXPECT_LE(*found.begin(), low + (high - low) / 10 + 20);
  EXPECT_LT(*found.rbegin(), high);
  EXPECT_GE(*found.rbegin(), high - (high - low) / 10 - 20);
}

TEST(Yang2019, go_tasks_have_the_published_timing) {
  for (const char* name : {"fdgo", "fdanti"}) {
    expect_range(values(name, [](const Observed& o) { return o.stimuli[0].on; }), 300, 700);
    expect_range(values(name, [](const Observed& o) { return o.fixation_off - o.stimuli[0].on; }), 500, 1500);
    EXPECT_EQ(values(name, [](const Observed& o) { return o.end - o.fixation_off; }), std::set<Index>{500});
    EXPECT_EQ(values(name, [](const Observed& o) { return o.end - o.stimuli[0].off; }), std::set<Index>{0});
  }
  expect_range(values("reactgo", [](const Observed& o) { return o.stimuli[0].on; }), 500, 2500);
  EXPECT_EQ(values("reactgo", [](const Observed& o) { return o.end - o.stimuli[0].on; }), std::set<Index>{500});
  EXPECT_EQ(values("reactanti", [](const Observed& o) { return o.end - o.fixation_off; }), std::set<Index>{0});
  EXPECT_EQ(values("delaygo", [](const Observed& o) { return o.stimuli[0].on; }), (std::set<Index>{300, 500, 700}));
  EXPECT_EQ(values("delaygo", [](const Observed& o) { return o.stimuli[0].off - o.stimuli[0].on; }),
            (std::set<Index>{200, 400, 600}));
  EXPECT_EQ(values("delayanti", [](const Observed& o) { return o.fixation_off - o.stimuli[0].off; }),
            (std::set<Index>{200, 400, 800, 1600}));
}

TEST(Yang2019, decision_tasks_have_the_published_timing) {
  for (const char* name : {"dm1", "contextdm2", "multidm"}) {
    expect_range(values(name, [](const Observed& o) { return o.stimuli[0].on; }), 100, 400);
    EXPECT_EQ(values(name, [](const Observed& o) { return o.fixation_off - o.stimuli[0].on; }),
              (std::set<Index>{400, 800, 1600}));
    EXPECT_EQ(values(name, [](const Observed& o) { return o.end - o.fixation_off; }), std::set<Index>{500});
  }
  for (const char* name : {"delaydm2", "multidelaydm"}) {
    EXPECT_EQ(values(name, [](const Observed& o) { return o.stimuli.back().on - o.stimuli.front().off; }),
              (std::set<Index>{200, 400, 800, 1600}));
    EXPECT_EQ(values(name, [](const Observed& o) { return o.stimuli.back().off - o.stimuli.back().on; }),
              (std::set<Index>{200, 400, 600}));
    expect_range(values(name, [](const Observed& o) { return o.fixation_off - o.stimuli.back().off; }), 100, 300);
  }
}

TEST(Yang2019, match_tasks_have_the_published_timing_and_directions) {
  for (const char* name : {"dmsgo", "dmsnogo", "dmcgo", "dmcnogo"}) {
    EXPECT_EQ(values(name, [](const Observed& o) { return o.stimuli[0].on; }), (std::set<Index>{200, 400, 600}));
    EXPECT_EQ(values(name, [](const Observed& o) { return o.stimuli[1].on - o.stimuli[0].off; }),
              (std::set<Index>{200, 400, 800, 1600}));
    EXPECT_EQ(values(name, [](const Observed& o) { return o.end - o.fixation_off; }), std::set<Index>{0});
  }
  EXPECT_EQ(values("dmsgo", [](const Observed& o) { return o.end - o.stimuli[1].on; }), std::set<Index>{500});
  EXPECT_EQ(values("dmcgo", [](const Observed& o) { return o.end - o.stimuli[1].on; }),
            (std::set<Index>{200, 400, 600}));
  // Ten directions, 0.1 π ... 1.9 π
  const auto directions = values("dmcgo", [](const Observed& o) {
    return static_cast<Index>(std::lround(10 * o.stimuli[0].bump.location / kPi));
  });
  EXPECT_EQ(directions.size(), 10U);
  EXPECT_EQ(*directions.begin(), 20);
  EXPECT_EQ(*directions.rbegin(), 380);
}

/// Strengths of the two stimuli in each modality, in the order of the modalities, NaN where it is silent.
struct Seen {
  double strengths[2][2];  ///< [stimulus][modality]
};

Seen strengths_of(const Trial& trial) {
  Seen seen{{{NAN, NAN}, {NAN, NAN}}};
  const Observed observed = observe(trial);
  for (const auto& s : observed.stimuli) {
    const bool is_first = distance(s.bump.location, observed.stimuli[0].bump.location) < kPi / 4;
    seen.strengths[is_first ? 0 : 1][s.modality] = s.bump.strength;
  }
  return seen;
}

TEST(Yang2019, strengths_differ_by_the_published_coherences) {
  const auto coherences = [](const std::string& name, int modality) {
    std::set<long> found;
    const auto task = yang(name, ",noise=0");
    for (std::uint64_t i = 0; i < 150; ++i) {
      const Seen seen = strengths_of(training_trial(*task, i));
      const double a = seen.strengths[0][modality], b = seen.strengths[1][modality];
      found.insert(std::lround(100 * std::abs(a - b) / 2));
      EXPECT_GT((a + b) / 2, 0.79);
      EXPECT_LT((a + b) / 2, 1.21);
    }
    return found;
  };
  EXPECT_EQ(coherences("dm1", 0), (std::set<long>{1, 2, 4, 8}));
  EXPECT_EQ(coherences("delaydm2", 1), (std::set<long>{8, 16, 32}));
  for (const int modality : {0, 1}) {
    EXPECT_EQ(coherences("contextdm1", modality), (std::set<long>{1, 2, 4, 8}));
    EXPECT_EQ(coherences("contextdelaydm2", modality), (std::set<long>{8, 16, 32}));
  }
}

TEST(Yang2019, stimuli_of_a_decision_are_a_quarter_turn_apart_or_more) {
  for (const char* name : {"dm2", "contextdm1", "multidelaydm"}) {
    const auto task = yang(name, ",noise=0");
    double least = kPi;
    for (std::uint64_t i = 0; i < 150; ++i) {
      const Observed seen = observe(training_trial(*task, i));
      double apart = 0;
      for (const auto& s : seen.stimuli)
        apart = std::max(apart, distance(s.bump.location, seen.stimuli[0].bump.location));
      least = std::min(least, apart);
    }
    EXPECT_GT(least, kPi / 2 - 0.01) << name;
    EXPECT_LT(least, kPi / 2 + 0.1) << name;
  }
}

TEST(Yang2019, both_modalities_together_differ_by_a_coherence_and_each_is_split_at_random) {
  const auto task = yang("multidm", ",noise=0");
  std::set<long> coherences;
  double least = 1, most = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Seen seen = strengths_of(training_trial(*task, i));
    double mean[2];
    for (const int stimulus : {0, 1}) {
      const auto& of = seen.strengths[stimulus];
      mean[stimulus] = (of[0] + of[1]) / 2;
      const double split = std::abs(of[0] - of[1]) / mean[stimulus];
      least = std::min(least, split);
      most = std::max(most, split);
    }
    coherences.insert(std::lround(50 * std::abs(mean[0] - mean[1])));
  }
  EXPECT_EQ(coherences, (std::set<long>{1, 2, 4, 8}));
  EXPECT_NEAR(least, 0.2, 0.02);
  EXPECT_NEAR(most, 0.8, 0.02);
}

TEST(Yang2019, samples_that_do_not_match_are_20_to_180_degrees_apart) {
  const auto task = yang("dmsgo", ",noise=0");
  double least = kPi, most = 0;
  for (std::uint64_t i = 0; i < 600; ++i) {
    const Observed seen = observe(training_trial(*task, i));
    const double apart = distance(seen.stimuli[0].bump.location, seen.stimuli[1].bump.location);
    if (apart < 1e-6) continue;
    least = std::min(least, apart);
    most = std::max(most, apart);
  }
  EXPECT_GT(least, kPi / 9 - 0.01);
  EXPECT_LT(least, kPi / 9 + 0.1);
  EXPECT_GT(most, kPi - 0.1);
}

/// Share of right answers of an observer who takes the task `name` for `believed`.
double right_when_believed(const std::string& name, const std::string& believed, bool in_training) {
  const auto task = yang(name, ",noise=0");
  const int n = in_training ? 400 : n_conditions(*task);
  double right = 0;
  for (int i = 0; i < n; ++i) {
    const Trial trial = in_training ? training_trial(*task, static_cast<std::uint64_t>(i)) : evaluation_trial(*task, i);
    right += task->performance(trial, answer(believed, observe(trial), trial.inputs.cols()));
  }
  return right / n;
}

TEST(Yang2019, ignoring_the_context_fails) {
  // The strongest stimulus over both modalities, whatever the rule, or in the wrong modality.
  EXPECT_NEAR(right_when_believed("contextdm1", "multidm", true), 0.75, 0.1);
  for (const std::string delay : {"", "delay"}) {
    for (const auto& [one, other] : {std::array{"1", "2"}, std::array{"2", "1"}}) {
      const std::string task = "context" + delay + "dm" + one;
      EXPECT_EQ(right_when_believed(task, "multi" + delay + "dm", false), 0.75) << task;
      EXPECT_EQ(right_when_believed(task, delay + "dm" + other, false), 0.5) << task;
      EXPECT_EQ(right_when_believed("multi" + delay + "dm", delay + "dm" + one, false), 0.75) << "one modality";
    }
  }
}

TEST(Yang2019, noise_is_on_every_input_of_the_trial) {
  const auto noisy = yang("fdgo"), clean = yang("fdgo", ",noise=0");
  const MatrixXd noise = evaluation_trial(*noisy, 3).inputs - evaluation_trial(*clean, 3).inputs;
  ASSERT_EQ(noise.cols(), 100);
  EXPECT_EQ((noise.array() != 0).count(), 8500);
  EXPECT_NEAR(noise.squaredNorm() / 8500, 1e-4 * 2 / 0.2, 1e-3 * 4 * std::sqrt(2.0 / 8500));  // σ² 2 / α
}

TEST(Yang2019, a_response_within_a_fifth_of_a_half_turn_is_right) {
  const auto task = yang("fdgo");
  ASSERT_EQ(task->info().conditions[4], "task=fdgo,direction=45deg,modality=1");
  const Trial trial = evaluation_trial(*task, 4);
  const auto response = [&](double location, double fixation) {
    MatrixXd outputs = MatrixXd::Zero(33, trial.mask.cols());
    outputs.bottomRows(kRing).colwise() += tuning(location);
    outputs.row(0).setConstant(fixation);
    return task->performance(trial, outputs);
  };
  EXPECT_EQ(response(kPi / 4 + 0.19 * kPi, 0), 1);
  EXPECT_EQ(response(kPi / 4 - 0.19 * kPi, 0), 1);
  EXPECT_EQ(response(kPi / 4 + 0.21 * kPi, 0), 0);
  EXPECT_EQ(response(kPi / 4 - 0.21 * kPi + 2 * kPi, 0), 0);
  EXPECT_EQ(response(kPi / 4, 0.6), 0) << "still fixating";
  const auto match = yang("dmsnogo");
  const Trial stay = evaluation_trial(*match, 0);
  EXPECT_EQ(match->performance(stay, MatrixXd::Constant(33, stay.mask.cols(), 0.6)), 1);
  EXPECT_EQ(match->performance(stay, MatrixXd::Constant(33, stay.mask.cols(), 0.4)), 0);
}

TEST(Yang2019, evaluation_of_categories_lies_on_no_border) {
  for (const int n : {2, 3, 4, 5}) {
    const auto task = yang("dmcgo", fmt::format(",noise=0,directions={}", n));
    for (int condition = 0; condition < n_conditions(*task); ++condition)
      for (const auto& s : observe(evaluation_trial(*task, condition)).stimuli)
        EXPECT_GT(std::min(distance(s.bump.location, 0), distance(s.bump.location, kPi)), 0.1);
  }
}

TEST(Yang2019, all_tasks_can_be_trained_together) {
  const auto task = yang("all", ",noise=0,directions=2");
  EXPECT_EQ(task->info().contexts.size(), 20U);
  EXPECT_EQ(n_conditions(*task), 20 * 8 * 2) << "as many trials of every task";
  std::vector<int> counts(20);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Trial trial = training_trial(*task, i);
    Index rule = 0;
    trial.inputs.col(0).tail(20).maxCoeff(&rule);
    ++counts.at(static_cast<std::size_t>(rule));
    const std::string& condition = task->info().conditions.at(static_cast<std::size_t>(trial.condition));
    EXPECT_TRUE(condition.starts_with("task=" + kTasks[static_cast<std::size_t>(rule)] + ",")) << condition;
  }
  for (const int count : counts) EXPECT_NEAR(count, 100, 4 * std::sqrt(95));
}

}  // namespace
}  // namespace cohort::test
