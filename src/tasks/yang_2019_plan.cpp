#include "yang_2019_plan.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace cohort {
namespace {

using enum YangFamily;
constexpr double kPi = std::numbers::pi;

Index steps_of(double duration_ms, double dt_ms) { return static_cast<Index>(std::floor(duration_ms / dt_ms + 1e-9)); }

double wrapped(double angle) {
  const double rest = std::fmod(angle, 2 * kPi);
  return rest < 0 ? rest + 2 * kPi : rest;
}

/// Draws durations in steps.
class Durations {
 public:
  Durations(double dt_ms, RandomStream& stream) : dt_ms_(dt_ms), stream_(stream) {}
  Index uniform(double low_ms, double high_ms) { return steps_of(stream_.uniform(low_ms, high_ms), dt_ms_); }
  Index one_of(const std::vector<double>& choices_ms) {
    return steps_of(choices_ms[stream_.integer(choices_ms.size())], dt_ms_);
  }
  Index fixed(double duration_ms) const { return steps_of(duration_ms, dt_ms_); }

 private:
  double dt_ms_;
  RandomStream& stream_;
};

/// When the one or two stimuli are shown; of a plan, `stimuli` and `response` are still to come.
struct Timing {
  Index on[2] = {}, off[2] = {};
  Index fixation_off = 0, go = 0, end = 0;
};

Timing random_timing(YangFamily family, Durations draw) {
  Timing t;
  switch (family) {
    case YangFamily::go:
      t.on[0] = draw.uniform(300, 700);
      t.go = t.fixation_off = t.on[0] + draw.uniform(500, 1500);
      t.end = t.off[0] = t.go + draw.fixed(500);
      break;
    case react_go:
      t.go = t.on[0] = draw.uniform(500, 2500);
      t.end = t.off[0] = t.fixation_off = t.go + draw.fixed(500);  // the response must not wait for fixation to go off
      break;
    case delay_go:
      t.on[0] = draw.one_of({300, 500, 700});
      t.off[0] = t.on[0] + draw.one_of({200, 400, 600});
      t.go = t.fixation_off = t.off[0] + draw.one_of({200, 400, 800, 1600});
      t.end = t.go + draw.fixed(500);
      break;
    case decision:
      t.on[0] = t.on[1] = draw.uniform(100, 400);
      t.go = t.fixation_off = t.off[0] = t.off[1] = t.on[0] + draw.one_of({400, 800, 1600});
      t.end = t.go + draw.fixed(500);
      break;
    case delayed_decision:
    case match_to_sample:
    case match_to_category:
      t.on[0] = draw.one_of({200, 400, 600});
      t.off[0] = t.on[0] + draw.one_of({200, 400, 600});
      t.on[1] = t.off[0] + draw.one_of({200, 400, 800, 1600});
      if (family == delayed_decision) {
        t.off[1] = t.on[1] + draw.one_of({200, 400, 600});
        t.go = t.fixation_off = t.off[1] + draw.uniform(100, 300);
        t.end = t.go + draw.fixed(500);
      } else {
        t.go = t.on[1];
        const Index response = family == match_to_sample ? draw.fixed(500) : draw.one_of({200, 400, 600});
        t.end = t.off[1] = t.fixation_off = t.go + response;
      }
  }
  return t;
}

/// Durations of the released test trials [ms]: on, off, on, off, fixation off, go, end.
Timing test_timing(const YangRule& rule, double dt_ms) {
  const auto s = [&](double ms) { return steps_of(ms, dt_ms); };
  const auto timing = [&](double on1, double off1, double on2, double off2, double fixation_off, double go,
                          double end) {
    return Timing{{s(on1), s(on2)}, {s(off1), s(off2)}, s(fixation_off), s(go), s(end)};
  };
  const bool has_both = rule.has_modality[0] && rule.has_modality[1];
  switch (rule.family) {
    case YangFamily::go:
      return timing(500, 2000, 0, 0, 1500, 1500, 2000);
    case react_go:
      return timing(2000, 2500, 0, 0, 2500, 2000, 2500);
    case delay_go:
      return timing(500, 1000, 0, 0, 2000, 2000, 2500);
    case decision:
      return has_both ? timing(500, 1500, 500, 1500, 1500, 1500, 2000) : timing(500, 2000, 500, 2000, 2000, 2000, 2500);
    case delayed_decision:
      return has_both ? timing(500, 1000, 2000, 2500, 3000, 3000, 3500)
                      : timing(500, 1000, 2000, 2500, 2700, 2700, 3000);
    case match_to_sample:
    case match_to_category:
      return timing(500, 1000, 2200, 2700, 2700, 2200, 2700);
  }
  return {};
}

YangPlan plan_of(const Timing& t) { return {{}, t.fixation_off, t.go, t.end, std::nullopt}; }

YangPlan go_plan(const YangRule& rule, const Timing& t, int modality, double location) {
  YangPlan plan = plan_of(t);
  plan.stimuli = {{modality, location, 1, t.on[0], t.off[0]}};
  plan.response = rule.is_anti ? wrapped(location + kPi) : location;
  return plan;
}

/// Strength of each of two stimuli in each of two modalities.
struct Strengths {
  double of[2][2] = {};  ///< [stimulus][modality]
};

YangPlan decision_plan(const YangRule& rule, const Timing& t, const double (&locations)[2],
                       const Strengths& strengths) {
  YangPlan plan = plan_of(t);
  double total[2] = {0, 0};
  for (const int stimulus : {0, 1}) {
    for (const int modality : {0, 1}) {
      if (!rule.has_modality[modality]) continue;
      const double strength = strengths.of[stimulus][modality];
      plan.stimuli.push_back({modality, locations[stimulus], strength, t.on[stimulus], t.off[stimulus]});
      if (rule.is_attended[modality]) total[stimulus] += strength;
    }
  }
  plan.response = locations[total[0] > total[1] ? 0 : 1];
  return plan;
}

Strengths random_strengths(const YangRule& rule, RandomStream& stream) {
  constexpr double small[] = {0.01, 0.02, 0.04, 0.08}, large[] = {0.08, 0.16, 0.32};
  const auto pair = [&](double& first, double& second) {
    const double mean = stream.uniform(0.8, 1.2);
    const double coherence = rule.family == decision ? small[stream.integer(4)] : large[stream.integer(3)];
    const double sign = stream.integer(2) == 0 ? 1 : -1;
    first = mean + sign * coherence;
    second = mean - sign * coherence;
  };
  Strengths strengths;
  if (!(rule.is_attended[0] && rule.is_attended[1])) {
    for (const int modality : {0, 1}) pair(strengths.of[0][modality], strengths.of[1][modality]);
    return strengths;
  }
  // Both modalities count: each stimulus is split between them at random.
  double both[2];
  pair(both[0], both[1]);
  for (const int stimulus : {0, 1}) {
    const double split = both[stimulus] * stream.uniform(0.2, 0.8) * (stream.integer(2) == 0 ? 1 : -1);
    strengths.of[stimulus][0] = both[stimulus] + split / 2;
    strengths.of[stimulus][1] = both[stimulus] - split / 2;
  }
  return strengths;
}

bool has_context(const YangRule& rule) { return rule.has_modality[0] && rule.has_modality[1]; }

bool bit(int variation, int number) { return (variation >> number & 1) != 0; }

/// Strengths of a test trial: 1 ± a coherence of training. Where both modalities are shown, either has the larger
/// coherence equally often, so that neither one modality nor the sum of both tells more than is due.
Strengths test_strengths(const YangRule& rule, int variation) {
  const double large = rule.family == decision ? 0.08 : 0.32, small = large / 2;
  const double sign = bit(variation, 1) ? -1 : 1;
  double coherences[2];
  if (has_context(rule)) {
    const int stronger = bit(variation, 2) ? 1 : 0;
    coherences[stronger] = sign * large;
    coherences[1 - stronger] = (bit(variation, 0) ? -1 : 1) * small;
  } else {
    coherences[0] = coherences[1] = sign * (bit(variation, 0) ? small : large);
  }
  Strengths strengths;
  for (const int modality : {0, 1}) {
    strengths.of[0][modality] = 1 + coherences[modality];
    strengths.of[1][modality] = 1 - coherences[modality];
  }
  return strengths;
}

YangPlan match_plan(const YangRule& rule, const Timing& t, const int (&modalities)[2], const double (&locations)[2]) {
  YangPlan plan = plan_of(t);
  for (const int stimulus : {0, 1})
    plan.stimuli.push_back({modalities[stimulus], locations[stimulus], 1, t.on[stimulus], t.off[stimulus]});
  const bool is_match =
      rule.family == match_to_sample ? locations[0] == locations[1] : (locations[0] < kPi) == (locations[1] < kPi);
  if (is_match == rule.goes_on_match) plan.response = locations[1];
  return plan;
}

double random_sign(RandomStream& stream) { return stream.integer(2) == 0 ? 1 : -1; }

YangPlan random_match_plan(const YangRule& rule, const Timing& t, RandomStream& stream) {
  const int modalities[] = {static_cast<int>(stream.integer(2)), static_cast<int>(stream.integer(2))};
  if (rule.family == match_to_category) {
    const auto location = [&] { return (0.1 + 0.2 * static_cast<double>(stream.integer(10))) * kPi; };
    const double first = location(), second = location();
    return match_plan(rule, t, modalities, {first, second});
  }
  const bool is_match = stream.integer(2) == 0;
  const double first = stream.uniform(0, 2 * kPi);
  const double distance = stream.uniform(kPi / 9, 17 * kPi / 9) * random_sign(stream);
  return match_plan(rule, t, modalities, {first, is_match ? first : wrapped(first + distance)});
}

}  // namespace

const std::vector<YangRule> yang_rules = {{"fdgo", YangFamily::go},
                                          {"reactgo", react_go},
                                          {"delaygo", delay_go},
                                          {"fdanti", YangFamily::go, true},
                                          {"reactanti", react_go, true},
                                          {"delayanti", delay_go, true},
                                          {"dm1", decision, false, {true, false}, {true, false}},
                                          {"dm2", decision, false, {false, true}, {false, true}},
                                          {"contextdm1", decision, false, {true, true}, {true, false}},
                                          {"contextdm2", decision, false, {true, true}, {false, true}},
                                          {"multidm", decision, false, {true, true}, {true, true}},
                                          {"delaydm1", delayed_decision, false, {true, false}, {true, false}},
                                          {"delaydm2", delayed_decision, false, {false, true}, {false, true}},
                                          {"contextdelaydm1", delayed_decision, false, {true, true}, {true, false}},
                                          {"contextdelaydm2", delayed_decision, false, {true, true}, {false, true}},
                                          {"multidelaydm", delayed_decision, false, {true, true}, {true, true}},
                                          {"dmsgo", match_to_sample, false, {}, {}, true},
                                          {"dmsnogo", match_to_sample, false, {}, {}, false},
                                          {"dmcgo", match_to_category, false, {}, {}, true},
                                          {"dmcnogo", match_to_category, false, {}, {}, false}};

YangPlan random_yang_plan(const YangRule& rule, double dt_ms, RandomStream& stream) {
  const Timing t = random_timing(rule.family, Durations(dt_ms, stream));
  switch (rule.family) {
    case YangFamily::go:
    case react_go:
    case delay_go: {
      const auto modality = static_cast<int>(stream.integer(2));
      return go_plan(rule, t, modality, stream.uniform(0, 2 * kPi));
    }
    case decision:
    case delayed_decision: {
      const double first = stream.uniform(0, 2 * kPi);
      const double distance = stream.uniform(kPi / 2, 3 * kPi / 2) * random_sign(stream);
      return decision_plan(rule, t, {first, wrapped(first + distance)}, random_strengths(rule, stream));
    }
    case match_to_sample:
    case match_to_category:
      return random_match_plan(rule, t, stream);
  }
  return {};
}

YangPlan test_yang_plan(const YangRule& rule, double dt_ms, double location, int variation) {
  const Timing t = test_timing(rule, dt_ms);
  const double opposite = wrapped(location + kPi);
  switch (rule.family) {
    case YangFamily::go:
    case react_go:
    case delay_go:
      return go_plan(rule, t, variation, location);
    case decision:
    case delayed_decision:
      return decision_plan(rule, t, {location, opposite}, test_strengths(rule, variation));
    case match_to_sample:
    case match_to_category:
      return match_plan(rule, t, {bit(variation, 1) ? 1 : 0, bit(variation, 0) ? 1 : 0},
                        {location, bit(variation, 2) ? opposite : location});
  }
  return {};
}

int n_yang_variations(const YangRule& rule) {
  switch (rule.family) {
    case YangFamily::go:
    case react_go:
    case delay_go:
      return 2;
    case decision:
    case delayed_decision:
      return has_context(rule) ? 8 : 4;
    case match_to_sample:
    case match_to_category:
      return 8;
  }
  return 0;
}

std::string yang_variation_name(const YangRule& rule, int variation) {
  switch (rule.family) {
    case YangFamily::go:
    case react_go:
    case delay_go:
      return fmt::format("modality={}", 1 + variation);
    case decision:
    case delayed_decision: {
      const Strengths strengths = test_strengths(rule, variation);
      if (!rule.has_modality[0]) return fmt::format("strength={}", strengths.of[0][1]);
      if (!rule.has_modality[1]) return fmt::format("strength={}", strengths.of[0][0]);
      return fmt::format("strengths={}+{}", strengths.of[0][0], strengths.of[0][1]);
    }
    case match_to_sample:
    case match_to_category:
      return fmt::format("{},modalities={}+{}", bit(variation, 2) ? "nonmatch" : "match", bit(variation, 1) ? 2 : 1,
                         bit(variation, 0) ? 2 : 1);
  }
  return {};
}

Index longest_yang_trial(const YangRule& rule, double dt_ms) {
  const auto s = [&](double ms) { return steps_of(ms, dt_ms); };
  switch (rule.family) {
    case YangFamily::go:
      return s(700) + s(1500) + s(500);
    case react_go:
      return s(2500) + s(500);
    case delay_go:
      return s(700) + s(600) + s(1600) + s(500);
    case decision:
      return s(400) + s(1600) + s(500);
    case delayed_decision:
      return s(600) + s(600) + s(1600) + s(600) + s(300) + s(500);
    case match_to_sample:
      return s(600) + s(600) + s(1600) + s(500);
    case match_to_category:
      return s(600) + s(600) + s(1600) + s(600);
  }
  return 0;
}

}  // namespace cohort
