#pragma once

#include "canvas.hpp"

#include <cohort/core/matrix.hpp>

#include <string>
#include <vector>

namespace cohort::drawing {

/// From the smallest to the largest value.
struct Range {
  double low = 0, high = 0;
};

/// The range of all of `values`.
Range range_of(const std::vector<MatrixXd>& values);

/// The inputs, or the targets, of some trials: a trace per channel when there are few, else a heat map. All trials
/// share one scale, so that they can be compared. Steps that count in the loss are shaded by their weight; where
/// nothing counts, a trace is pale.
class TrialPanel {
 public:
  /// `values`, one matrix per trial: [n_channels x n_steps], the same shape for all. `weights`: how much each of them
  /// counts, the same shapes; empty where that means nothing, as for inputs.
  TrialPanel(std::string label, Color color, std::vector<MatrixXd> values, std::vector<MatrixXd> weights, Range range);

  double height() const;

  /// Draws one trial with the time axis from `left` to `right`; labels stand to both sides.
  void draw(Canvas& canvas, std::size_t trial, double left, double right, double top) const;

 private:
  bool is_heat_map() const;
  Index n_channels() const { return values_.front().rows(); }
  double lane_height() const;
  void draw_lane(Canvas& canvas, std::size_t trial, Index channel, const Rectangle& lane) const;
  void draw_heat_map(Canvas& canvas, std::size_t trial, const Rectangle& area) const;
  void draw_color_bar(Canvas& canvas, const Rectangle& bar) const;

  std::string label_;
  Color color_;
  std::vector<MatrixXd> values_, weights_;
  Range range_;  ///< of the scale
};

}  // namespace cohort::drawing
