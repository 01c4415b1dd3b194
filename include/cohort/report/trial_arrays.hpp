#pragma once

#include <cohort/tasks/task.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Writes trials as NumPy arrays into `folder`, which is made if only its last part is missing. It is the layout that
/// the task `from_file` reads:
///
///   inputs.npy      [trials, steps, n_inputs]
///   targets.npy     [trials, steps, n_outputs], or classes.npy [trials, steps], whole numbers
///   mask.npy        [trials, steps, n_outputs], with classes [trials, steps]
///   conditions.npy  [trials], whole numbers: lines of condition_names.txt, from 0
///
/// Throws UserError when the folder cannot be made or written.
void write_trial_arrays(const std::string& folder, const TaskInfo& info, const std::vector<Trial>& trials);

}  // namespace cohort
