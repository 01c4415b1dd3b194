#pragma once

#include <cohort/recordings/npy_array.hpp>
#include <cohort/tasks/task.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Trials of equal length that a user brings, checked (the layout is FromFile's).
struct TrialTable {
  Index n_trials = 0, n_steps = 0, n_inputs = 0, n_outputs = 0;
  LossKind loss = LossKind::mean_squared_error;
  NpyArray inputs;              ///< [trials x steps x n_inputs]
  NpyArray targets;             ///< [trials x steps x n_outputs], mean squared error only
  std::vector<int> classes;     ///< [trials x steps], cross-entropy only
  NpyArray mask;                ///< [trials x steps x (n_outputs or 1)]
  std::vector<int> conditions;  ///< [trials]
  bool has_conditions = false;  ///< the user names them; otherwise every trial is one of its own
  std::uint64_t digest = 0;     ///< hash of all numbers
  std::vector<std::string> input_names{}, output_names{};  ///< of each; empty: the user gives none
  std::vector<std::string> condition_names{};              ///< at least n_conditions(), or empty

  int n_conditions() const;

  /// Copies trial number `index`, whose task is `info`.
  void copy(Index index, const TaskInfo& info, Trial& trial) const;
};

/// Reads a folder of .npy files or an HDF5 file. Throws UserError naming the array and what is wrong: missing arrays,
/// shapes that disagree, numbers that are not finite (targets and classes where the mask is not 0), classes and
/// conditions that are no whole numbers from 0, a mask that is negative or counts nothing, names that are too few,
/// blank or stand twice. Targets that are not finite where the mask is 0, and classes, become 0. `n_classes` of 0 means
/// as many classes as the largest number in `classes` says; otherwise a number beyond is refused.
TrialTable read_trial_table(const std::string& path, int n_classes = 0);

}  // namespace cohort
