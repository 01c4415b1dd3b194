#include "trial_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cohort::drawing {
namespace {

constexpr Index kMostLanes = 6;       // above that, a heat map
constexpr Index kMostColumns = 1500;  // as there are pixels; more steps share columns
constexpr double kLaneGap = 3, kStripHeight = 7, kSmallText = 9, kText = 11;
constexpr Color kGrey{0.45, 0.45, 0.45}, kBackground{0.965, 0.965, 0.965}, kCounted{1, 0.87, 0.62};

std::string number(double value) { return fmt::format("{:.3g}", value == 0 ? 0 : value); }  // never "-0"

/// White is zero, blue positive and orange negative; `value` from -1 to 1.
std::uint32_t heat(double value) {
  constexpr Color positive{0.03, 0.19, 0.42}, negative{0.75, 0.30, 0.02};
  const Color end = value < 0 ? negative : positive;
  const double share = std::min(1.0, std::abs(value));
  const auto part = [&](double component) {
    return static_cast<std::uint32_t>(std::lround(255 * (1 + share * (component - 1))));
  };
  return part(end.red) << 16 | part(end.green) << 8 | part(end.blue);
}

/// Calls `use(first, last)` for each run of steps first <= step < last of one and the same weight.
template <class Use>
void for_each_run(const VectorXd& weights, const Use& use) {
  for (Index first = 0, last = 0; first < weights.size(); first = last) {
    while (last < weights.size() && weights[last] == weights[first]) ++last;
    use(first, last);
  }
}

/// The values of steps first <= step < last, each held for the duration of its step. Where steps are narrower than
/// pixels, several share their smallest and largest value.
std::vector<Point> held_line(const VectorXd& values, Index first, Index last, const Rectangle& lane, Range range) {
  const double width = lane.width / static_cast<double>(values.size());
  const auto x = [&](Index step) { return lane.x + width * static_cast<double>(step); };
  const auto y = [&](double value) { return lane.y + lane.height * (range.high - value) / (range.high - range.low); };
  const Index together = 1 + (values.size() - 1) / kMostColumns;
  std::vector<Point> points;
  for (Index step = first; step < last; step += together) {
    const Index end = std::min(step + together, last);
    const auto some = values.segment(step, end - step);
    points.push_back({x(step), y(together == 1 ? values[step] : some.minCoeff())});
    points.push_back({x(end), y(together == 1 ? values[step] : some.maxCoeff())});
  }
  return points;
}

/// Shades steps by their weight, of which `heaviest` is the largest in the picture.
void shade(Canvas& canvas, const VectorXd& weights, double heaviest, const Rectangle& area) {
  const double width = area.width / static_cast<double>(weights.size());
  constexpr double narrowest = 1.5;  // one step of a thousand must be seen,
  constexpr double palest = 0.35;    // and a small weight beside large ones
  for_each_run(weights, [&](Index first, Index last) {
    if (weights[first] == 0) return;
    canvas.fill({area.x + width * static_cast<double>(first), area.y,
                 std::max(narrowest, width * static_cast<double>(last - first)), area.height},
                kCounted, palest + (1 - palest) * weights[first] / heaviest);
  });
}

void outline(Canvas& canvas, const Rectangle& area) {
  const double right = area.x + area.width, bottom = area.y + area.height;
  canvas.line({{area.x, area.y}, {right, area.y}, {right, bottom}, {area.x, bottom}, {area.x, area.y}}, kGrey, 0.5,
              0.6);
}

VectorXd mean_of_channels(const MatrixXd& weights) { return weights.colwise().mean().transpose(); }

}  // namespace

Range range_of(const std::vector<MatrixXd>& values) {
  Range range{values.front().minCoeff(), values.front().maxCoeff()};
  for (const MatrixXd& own : values)
    range = {std::min(range.low, own.minCoeff()), std::max(range.high, own.maxCoeff())};
  return range;
}

TrialPanel::TrialPanel(std::string label, Color color, std::vector<MatrixXd> values, std::vector<MatrixXd> weights,
                       Range range)
    : label_(std::move(label)), color_(color), values_(std::move(values)), weights_(std::move(weights)), range_(range) {
  if (is_heat_map()) range_ = {std::min(range.low, 0.0), std::max(range.high, 0.0)};  // zero has a colour of its own
  if (range_.low == range_.high) range_.high = range_.low + 1;  // a constant still has a place on its scale
}

bool TrialPanel::is_heat_map() const { return n_channels() > kMostLanes; }

double TrialPanel::lane_height() const { return n_channels() == 1 ? 44 : 28; }

double TrialPanel::height() const {
  const auto n = static_cast<double>(n_channels());
  if (!is_heat_map()) return n * lane_height() + (n - 1) * kLaneGap;
  return std::clamp(3 * n, 64.0, 130.0) + (weights_.empty() ? 0 : kStripHeight + 1);
}

void TrialPanel::draw(Canvas& canvas, std::size_t trial, double left, double right, double top) const {
  canvas.text({8, top + kText}, label_, kText, color_, left - 26, Align::left, Weight::bold);
  if (!is_heat_map()) {
    for (Index channel = 0; channel < n_channels(); ++channel) {
      const double y = top + static_cast<double>(channel) * (lane_height() + kLaneGap);
      draw_lane(canvas, trial, channel, {left, y, right - left, lane_height()});
    }
    return;
  }
  const double strip = weights_.empty() ? 0 : kStripHeight + 1;
  draw_heat_map(canvas, trial, {left, top, right - left, height() - strip});
  if (weights_.empty()) return;
  const Rectangle area{left, top + height() - kStripHeight, right - left, kStripHeight};
  canvas.fill(area, kBackground);
  double heaviest = 0;
  for (const MatrixXd& own : weights_) heaviest = std::max(heaviest, mean_of_channels(own).maxCoeff());
  shade(canvas, mean_of_channels(weights_[trial]), heaviest, area);
}

void TrialPanel::draw_lane(Canvas& canvas, std::size_t trial, Index channel, const Rectangle& lane) const {
  constexpr double margin = 3;
  const Rectangle inner{lane.x, lane.y + margin, lane.width, lane.height - 2 * margin};
  const double label_x = lane.x + lane.width + 5;
  canvas.fill(lane, kBackground);
  if (n_channels() > 1)
    canvas.text({lane.x - 6, lane.y + lane.height / 2 + 3}, fmt::format("{}", channel), kSmallText, kGrey, 30,
                Align::right);
  canvas.text({label_x, lane.y + kSmallText}, number(range_.high), kSmallText, kGrey, 60);
  canvas.text({label_x, lane.y + lane.height - 2}, number(range_.low), kSmallText, kGrey, 60);

  const VectorXd values = values_[trial].row(channel).transpose();
  if (weights_.empty()) return canvas.line(held_line(values, 0, values.size(), inner, range_), color_, 1.2);
  const VectorXd weights = weights_[trial].row(channel).transpose();
  shade(canvas, weights, range_of(weights_).high, lane);
  canvas.line(held_line(values, 0, values.size(), inner, range_), color_, 1, 0.35);
  for_each_run(weights, [&](Index first, Index last) {
    if (weights[first] > 0) canvas.line(held_line(values, first, last, inner, range_), color_, 1.8);
  });
}

void TrialPanel::draw_heat_map(Canvas& canvas, std::size_t trial, const Rectangle& area) const {
  const MatrixXd& values = values_[trial];
  const Index n_steps = values.cols(), n_columns = std::min(n_steps, kMostColumns);
  const double scale = std::max(-range_.low, range_.high);
  std::vector<std::uint32_t> pixels;
  pixels.reserve(static_cast<std::size_t>(n_channels() * n_columns));
  for (Index channel = 0; channel < n_channels(); ++channel) {
    for (Index column = 0; column < n_columns; ++column) {
      const Index first = column * n_steps / n_columns, last = (column + 1) * n_steps / n_columns;
      Index strongest = 0;  // a mean would let single spikes vanish
      values.row(channel).segment(first, last - first).cwiseAbs().maxCoeff(&strongest);
      pixels.push_back(heat(values(channel, first + strongest) / scale));
    }
  }
  canvas.image(area, pixels, static_cast<int>(n_channels()), static_cast<int>(n_columns));
  const double right = area.x + area.width, bottom = area.y + area.height;
  outline(canvas, area);
  canvas.text({area.x - 6, area.y + kSmallText}, "0", kSmallText, kGrey, 30, Align::right);
  canvas.text({area.x - 6, bottom - 2}, fmt::format("{}", n_channels() - 1), kSmallText, kGrey, 30, Align::right);
  draw_color_bar(canvas, {right + 6, area.y, 8, area.height});
}

void TrialPanel::draw_color_bar(Canvas& canvas, const Rectangle& bar) const {
  constexpr int n_colors = 64;
  const double scale = std::max(-range_.low, range_.high);
  std::vector<std::uint32_t> pixels;
  for (int i = 0; i < n_colors; ++i)
    pixels.push_back(heat((range_.high + (range_.low - range_.high) * i / (n_colors - 1)) / scale));
  canvas.image(bar, pixels, n_colors, 1);
  const double right = bar.x + bar.width, bottom = bar.y + bar.height;
  outline(canvas, bar);
  canvas.text({right + 4, bar.y + kSmallText}, number(range_.high), kSmallText, kGrey, 60);
  canvas.text({right + 4, bottom - 1}, number(range_.low), kSmallText, kGrey, 60);
}

}  // namespace cohort::drawing
