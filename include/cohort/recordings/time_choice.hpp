#pragma once

#include <cohort/core/matrix.hpp>

#include <optional>
#include <string>

namespace cohort {

/// Times of the samples of one condition: sample i stands for the step that begins at start + i step.
struct TimeGrid {
  double start_ms = 0, step_ms = 1;
  Index n = 0;

  double end_ms() const { return start_ms + step_ms * static_cast<double>(n); }
};

/// Which part of a condition is looked at, and how finely.
struct TimeChoice {
  struct Window {
    double from_ms, to_ms;
  };
  std::optional<Window> window{};  ///< none: all of it
  double smooth_ms = 0;            ///< standard deviation of a Gaussian; 0: none
  double bin_ms = 0;               ///< length of the bins that are averaged; 0: the steps as they are

  bool is_everything() const { return !window && smooth_ms == 0 && bin_ms == 0; }
};

/// What a time choice makes of the samples of one condition, [n_bins x n_times]: smoothed by a Gaussian that is cut at
/// four standard deviations and divided by what of its weight lies within the condition (no sample is invented beyond
/// its ends), then averaged over bins that begin where the window does. A step that a bin covers in part counts in
/// part; what is left of the window at its end is dropped. Throws UserError when the window is empty or leaves the
/// condition, when a bin is shorter than a step or longer than the window.
MatrixXd time_weights(const TimeGrid& grid, const TimeChoice& choice);

/// `weights` [n_bins x n_times] applied to every condition of `values` [n_conditions n_times x n_units].
MatrixXd through_time(const MatrixXd& weights, const MatrixXd& values);

}  // namespace cohort
