#include <cohort/report/trial_picture.hpp>

#include "canvas.hpp"
#include "trial_panel.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace cohort {
namespace {

using namespace drawing;

constexpr double kWidth = 900, kLeft = 82, kRight = 846;  // of the picture; of the time axis
constexpr double kHeaderHeight = 48, kTitleHeight = 22, kPanelGap = 6, kAxisHeight = 18;
constexpr Color kBlack{0.1, 0.1, 0.1}, kGrey{0.45, 0.45, 0.45};
constexpr Color kInputs{0.12, 0.33, 0.55}, kTargets{0.62, 0.16, 0.10};

std::vector<MatrixXd> part_of(const std::vector<Trial>& trials, MatrixXd Trial::*part) {
  std::vector<MatrixXd> parts;
  for (const Trial& trial : trials) parts.push_back(trial.*part);
  return parts;
}

/// The targets; classes are one channel whose values are their numbers.
std::vector<MatrixXd> targets_of(const TaskInfo& info, const std::vector<Trial>& trials) {
  if (info.loss == LossKind::mean_squared_error) return part_of(trials, &Trial::targets);
  std::vector<MatrixXd> targets;
  for (const Trial& trial : trials) {
    const Eigen::Map<const Eigen::RowVectorXi> classes(trial.classes.data(), static_cast<Index>(trial.classes.size()));
    targets.push_back(classes.cast<double>());
  }
  return targets;
}

/// The largest of 1, 2 and 5 times a power of ten that divides `span` into at least six parts.
double tick_distance(double span) {
  const double power = std::pow(10, std::floor(std::log10(span / 6)));
  for (const double factor : {5, 2})
    if (factor * power <= span / 6) return factor * power;
  return power;
}

/// "3 inputs, 2 outputs, 113 steps of 15 ms".
std::string size_text(const TaskInfo& info) {
  const auto counted = [](Index n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
  return fmt::format(
      "{}, {}, {} of {:g} ms", counted(info.n_inputs, "input"),
      has_classes(info.loss) ? fmt::format("{} classes", info.n_outputs) : counted(info.n_outputs, "output"),
      counted(info.n_steps, "step"), info.dt_ms);
}

/// Draws the trials, from the top to the bottom.
class TrialPicture {
 public:
  TrialPicture(std::string task, const TaskInfo& info, const std::vector<Trial>& trials);
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

TrialPicture::TrialPicture(std::string task, const TaskInfo& info, const std::vector<Trial>& trials)
    : task_(std::move(task)), info_(info) {
  expects(!trials.empty() && trials.size() <= most_pictured_trials, "as many trials as fit into a picture");
  for (const Trial& trial : trials) conditions_.push_back(info.condition_name(trial.condition));
  auto inputs = part_of(trials, &Trial::inputs), targets = targets_of(info, trials);
  const bool has_classes = cohort::has_classes(info.loss);
  const Range input_range = range_of(inputs);
  const Range target_range = has_classes ? Range{0, static_cast<double>(info.n_outputs - 1)} : range_of(targets);
  panels_.emplace_back(info.n_inputs == 1 ? "input" : "inputs", kInputs, std::move(inputs), std::vector<MatrixXd>{},
                       input_range);
  panels_.emplace_back(has_classes           ? "class"
                       : info.n_outputs == 1 ? "target"
                                             : "targets",
                       kTargets, std::move(targets), part_of(trials, &Trial::mask), target_range);
}

double TrialPicture::trial_height() const {
  double height = kTitleHeight;
  for (const TrialPanel& panel : panels_) height += panel.height() + kPanelGap;
  return height;
}

std::string TrialPicture::draw(PictureFormat format) const {
  const double end = kHeaderHeight + static_cast<double>(conditions_.size()) * trial_height();
  Canvas canvas(format, kWidth, end + kAxisHeight);
  draw_header(canvas);
  for (std::size_t trial = 0; trial < conditions_.size(); ++trial) {
    double top = kHeaderHeight + static_cast<double>(trial) * trial_height();
    canvas.text({8, top + 13}, fmt::format("trial {}", trial), 11, kBlack, kLeft - 10, Align::left, Weight::bold);
    canvas.text({kLeft, top + 13}, conditions_[trial], 11, kBlack, kRight - kLeft);
    top += kTitleHeight;
    for (const TrialPanel& panel : panels_) {
      panel.draw(canvas, trial, kLeft, kRight, top);
      top += panel.height() + kPanelGap;
    }
  }
  draw_time_axis(canvas, end - kPanelGap);
  return canvas.finish();
}

void TrialPicture::draw_header(Canvas& canvas) const {
  canvas.text({8, 20}, task_, 14, kBlack, kWidth - 16, Align::left, Weight::bold);
  canvas.text({8, 37}, size_text(info_) + "; shaded: counted in the loss", 11, kGrey, kWidth - 16);
}

void TrialPicture::draw_time_axis(Canvas& canvas, double top) const {
  const double duration = static_cast<double>(info_.n_steps) * info_.dt_ms;
  const bool has_seconds = duration >= 10000;
  const double span = has_seconds ? duration / 1000 : duration, distance = tick_distance(span);
  canvas.line({{kLeft, top + 3}, {kRight, top + 3}}, kGrey, 0.8);
  for (int tick = 0; tick * distance <= span * (1 + 1e-9); ++tick) {
    const double x = kLeft + (kRight - kLeft) * tick * distance / span;
    canvas.line({{x, top + 3}, {x, top + 7}}, kGrey, 0.8);
    canvas.text({x, top + 17}, fmt::format("{:g}", tick * distance), 9, kGrey, 60, Align::center);
  }
  canvas.text({kRight + 18, top + 17}, has_seconds ? "s" : "ms", 9, kGrey, 40);
}

}  // namespace

std::string trial_picture(const std::string& task, const TaskInfo& info, const std::vector<Trial>& trials,
                          PictureFormat format) {
  return TrialPicture(task, info, trials).draw(format);
}

}  // namespace cohort
