#pragma once

#include <cohort/learning/chance.hpp>

namespace cohort {

struct Study;

/// Raised when what evaluations say changes. Version 2: a level is reached after an update at the earliest, and a
/// target that does not vary has a scale of its own (see target_scales).
inline constexpr int evaluation_version = 2;

/// What the evaluation trials of a study are like.
struct EvaluationFacts {
  Chance chance{};               ///< known when the study has levels
  bool has_odd_targets = false;  ///< a target that never varies or is never counted, shifted trials included
};
EvaluationFacts evaluation_facts(const Study& study);

/// What runs' keys say of the evaluation: nothing where all versions of it agree. Levels are not among it: what they
/// say of an untrained network is seen in the results themselves (see without_lucky_levels).
std::string evaluation_key_text(const Study& study);

/// What a user should know before the study is run, a line each: levels that networks reach without having learned
/// anything, odd data of the task.
std::vector<std::string> study_warnings(const Study& study);

}  // namespace cohort
