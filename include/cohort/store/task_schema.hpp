#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

namespace cohort {

/// /task: what the study's networks were shown, so that nobody who reads the file needs the program: parameters with
/// their defaults, time axis, contexts, and the evaluation trials (inputs, targets or classes, mask) as float32, the
/// precision of training.
Schema task_schema(const Study& study);

}  // namespace cohort
