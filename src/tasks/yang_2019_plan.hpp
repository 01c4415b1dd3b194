#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cohort {

enum class YangFamily { go, react_go, delay_go, decision, delayed_decision, match_to_sample, match_to_category };

/// One of the 20 tasks.
struct YangRule {
  const char* name;
  YangFamily family;
  bool is_anti = false;        ///< go families: respond opposite to the stimulus
  bool has_modality[2] = {};   ///< decision families: modalities in which the stimuli are shown
  bool is_attended[2] = {};    ///< ... and those that count
  bool goes_on_match = false;  ///< match families
};

/// In the order of the rule inputs.
extern const std::vector<YangRule> yang_rules;

struct YangStimulus {
  int modality = 0;
  double location = 0;  ///< [rad]
  double strength = 1;
  Index on = 0, off = 0;  ///< steps
};

/// What happens in a trial, in steps.
struct YangPlan {
  std::vector<YangStimulus> stimuli;
  Index fixation_off = 0;  ///< of the input
  Index go = 0;            ///< first step of the response
  Index end = 0;
  std::optional<double> response;  ///< direction [rad]; none: fixation is kept
};

/// A trial as in training.
YangPlan random_yang_plan(const YangRule& rule, double dt_ms, RandomStream& stream);

/// A trial with the fixed timing of the released test trials; `variation` < n_yang_variations(rule).
YangPlan test_yang_plan(const YangRule& rule, double dt_ms, double location, int variation);

int n_yang_variations(const YangRule& rule);

/// What distinguishes the variation, e.g. "modality=1".
std::string yang_variation_name(const YangRule& rule, int variation);

/// Longest trial of training [steps].
Index longest_yang_trial(const YangRule& rule, double dt_ms);

}  // namespace cohort
