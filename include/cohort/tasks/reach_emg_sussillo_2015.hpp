#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>
#include <cohort/recordings/npy_array.hpp>

namespace cohort {

/// Produce the muscle activity of reaches from their preparatory activity (Sussillo, Churchland, Kaufman & Shenoy 2015,
/// doi:10.1038/nn.4042), from recordings that the user brings.
///
/// `path` is a folder of NumPy files, an HDF5 file, or a group in one (`file.h5/group`). It holds the arrays
/// preparatory [reaches x n_preparatory] (published: 15 inputs), constant while a reach is prepared, and emg [reaches x
/// samples x muscles], the activity from the go cue on, one sample per step of `dt` ms.
///
/// Trials as Liu, Yang & Cueva 2025 have them. Inputs: the preparatory inputs (published: scaled to a maximum of 1),
/// which rise over 8 steps after interval1 ~ U{0..49} steps, stay for interval2 ~ U{0..149} steps and then fade over 8
/// steps, the go cue; and a hold cue, on from the first step, that fades with them. Outputs: the EMG of the reach, from
/// `offset` steps after the go cue; zero before (counted in the loss), masked after the last sample. A training trial
/// has `steps` steps; what does not fit of the EMG is cut off. Masked mean squared error.
///
/// Evaluation: every reach with intervals 25 and 105. Contexts for dynamics: hold (hold cue, no preparation) and move
/// (no input).
class ReachEmgSussillo2015 final : public Task {
 public:
  static Description description();
  explicit ReachEmgSussillo2015(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int reach, Index interval1, Index interval2, Index n_steps, Trial& trial) const;

  Index offset_;
  NpyArray preparatory_, emg_;
  TaskInfo info_;
};

}  // namespace cohort
