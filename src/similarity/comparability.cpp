#include <cohort/similarity/comparability.hpp>

namespace cohort {

const std::vector<std::string>& comparability_names() {
  static const std::vector<std::string> names{"unknown",          "comparable",         "level_not_reached",
                                              "not_finite",       "constant",           "too_small",
                                              "single_unit",      "constant_half",      "conditions_unknown",
                                              "single_condition", "constant_mean",      "too_few_samples",
                                              "full_rank",        "debiased_norm",      "equal_samples",
                                              "flat_pattern",     "too_few_conditions", "no_value",
                                              "no_trials",        "single_trial",       "constant_trial_half",
                                              "no_ceiling",       "no_baseline",        "not_ordered",
                                              "no_alignment",     "repeated_conditions"};
  return names;
}

const std::string& reason_of(Comparability comparability) {
  static const std::vector<std::string> reasons{
      "not computed",
      "",
      "the level was not reached",
      "it holds NaN or infinite values",
      "every unit is constant over all samples, up to the rounding of its values",
      "fewer than two samples of one unit",
      "it has a single unit, which has no halves",
      "some random halves of its units do not vary",
      "its conditions are unknown",
      "it has a single condition",
      "its mean over conditions does not vary",
      "it has too few samples for this measure",
      "it has as many independent units as samples, which fit anything",
      "its debiased norm is not positive",
      "its samples are too much alike",
      "at some sample all its units are alike, which correlates with nothing",
      "it has too few conditions for this measure",
      "the measure has no value for it",
      "its trials are not kept apart",
      "some condition has a single trial, which has no halves",
      "some random halves of its trials do not vary",
      "the recording has no noise ceiling",
      "the recording has no baseline",
      "the noise ceiling of the recording is no closer to it than its baseline",
      "the measure fits no alignment that could be scored on other conditions",
      "the measure scores conditions that it does not fit on, and of a condition drawn twice it would do both"};
  return reasons[static_cast<std::size_t>(comparability)];
}

}  // namespace cohort
