#pragma once

#include "canvas.hpp"
#include "trial_panel.hpp"

#include <cohort/tasks/task.hpp>

#include <string>
#include <vector>

namespace cohort::app {

/// A picture of training trials, one above the other: condition, inputs, and targets or classes with what counts of
/// them.
class TrialPicture {
 public:
  static constexpr std::size_t most_trials = 32;  ///< more would not fit into an image

  /// `trials`: one to `most_trials`, all of `info.n_steps` steps.
  TrialPicture(std::string task, const TaskInfo& info, const std::vector<Trial>& trials);

  /// The file: PNG, or SVG of which fonts are part.
  std::string draw(PictureFormat format) const;

 private:
  double trial_height() const;
  void draw_header(Canvas& canvas) const;
  void draw_time_axis(Canvas& canvas, double top) const;

  std::string task_;
  const TaskInfo& info_;
  std::vector<std::string> conditions_;  ///< of each trial
  std::vector<TrialPanel> panels_;       ///< inputs and targets, drawn one below the other
};

}  // namespace cohort::app
