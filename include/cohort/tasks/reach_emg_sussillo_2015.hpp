#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>
#include <cohort/core/npy_array.hpp>

namespace cohort {

/// Produce the muscle activity of reaches from their preparatory activity (Sussillo, Churchland, Kaufman & Shenoy 2015,
/// doi:10.1038/nn.4042), from recordings that the user brings.
///
/// `path` is a folder of NumPy files, an HDF5 file, or a group in one (`file.h5/group`). It holds the arrays preparatory
/// [reaches x n_preparatory] (published: 15 inputs), constant while a reach is prepared, and emg [reaches x samples x
/// muscles], the activity from the go cue on, one sample per step of `dt` ms.
///
/// Inputs: the preparatory inputs, on from step ~ U{0..49} until the go cue, and a hold cue, on from the first step
/// until the go cue, which comes 50..149 steps after preparation begins. Outputs: the first sample of the reach's EMG
/// until the go cue (counted in the loss), then its EMG, `lag` steps later; masked after the last sample. Masked mean
/// squared error.
///
/// Evaluation: every reach with preparation at step 25 and the go cue at step 125. Contexts for dynamics: hold (hold
/// cue, no preparation) and move (no input).
class ReachEmgSussillo2015 final : public Task {
 public:
  static Description description();
  explicit ReachEmgSussillo2015(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void make_trial(int reach, Index preparation, Index go, Index n_steps, Trial& trial) const;

  Index lag_;
  NpyArray preparatory_, emg_;
  TaskInfo info_;
};

}  // namespace cohort
