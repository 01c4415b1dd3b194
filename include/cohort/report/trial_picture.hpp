#pragma once

#include <cohort/report/picture_format.hpp>
#include <cohort/tasks/task.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

inline constexpr std::size_t most_pictured_trials = 32;  ///< more would not fit into an image

/// A picture of training trials, one above the other: condition, inputs, and targets or classes with what counts of
/// them. `trials`: one to `most_pictured_trials`, all of `info.n_steps` steps. Returns the file: PNG, or SVG of which
/// fonts are part.
std::string trial_picture(const std::string& task, const TaskInfo& info, const std::vector<Trial>& trials,
                          PictureFormat format);

}  // namespace cohort
