#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

namespace cohort {

/// Attributes of /task/trial_condition: the names of the conditions, a line each, and whether they are mere numbers.
inline constexpr const char *kConditionNames = "condition_names", *kConditionsAreNumbers = "conditions_are_numbers";

/// /task: what the study's networks were shown, so that nobody who reads the file needs the program: parameters with
/// their defaults, time axis, contexts, and the evaluation trials (inputs, targets or classes, mask) as float32, the
/// precision of training.
Schema task_schema(const Study& study);

}  // namespace cohort
