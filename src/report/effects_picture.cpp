#include <cohort/report/effects_picture.hpp>

#include "canvas.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace cohort {
namespace {

using namespace drawing;

constexpr double kWidth = 900, kLeft = 250, kRight = 860;
constexpr double kTop = 30, kTitleHeight = 30, kRowHeight = 15, kLevelGap = 8, kAxisHeight = 34;
constexpr double kLow = -0.1, kHigh = 1;  // shares: an estimate around 0 may lie below it
constexpr Color kBlack{0.1, 0.1, 0.1}, kGrey{0.45, 0.45, 0.45}, kLight{0.88, 0.88, 0.88};
constexpr std::array<Color, 8> kColors{{{0.12, 0.33, 0.55},
                                        {0.62, 0.16, 0.10},
                                        {0.18, 0.49, 0.20},
                                        {0.55, 0.34, 0.60},
                                        {0.80, 0.47, 0.06},
                                        {0.30, 0.55, 0.60},
                                        {0.45, 0.35, 0.20},
                                        {0.25, 0.25, 0.25}}};

double place_of(double share) {
  return kLeft + (kRight - kLeft) * (std::clamp(share, kLow, kHigh) - kLow) / (kHigh - kLow);
}

std::vector<const EffectTermSummary*> main_effects(const EffectsSummary& effects) {
  std::vector<const EffectTermSummary*> terms;
  for (const EffectTermSummary& term : effects.terms)
    if (!term.is_interaction) terms.push_back(&term);
  return terms;
}

bool says_something(const EffectsSummary& effects) {
  const auto terms = main_effects(effects);
  return std::any_of(terms.begin(), terms.end(), [](const auto* term) { return term->share.exists(); });
}

/// The tables of one subject, by level.
struct Panel {
  std::string subject;
  bool is_distances = false;
  std::vector<const EffectsSummary*> levels{};
};

std::vector<Panel> panels_of(const std::vector<EffectsSummary>& all) {
  std::vector<Panel> panels;
  for (const EffectsSummary& effects : all) {
    if (effects.view != "factors" || !effects.is_complete) continue;
    if (panels.empty() || panels.back().subject != effects.subject)
      panels.push_back({effects.subject, effects.is_distances});
    panels.back().levels.push_back(&effects);
  }
  std::erase_if(panels, [](const Panel& panel) {
    return std::none_of(panel.levels.begin(), panel.levels.end(),
                        [](const auto* level) { return says_something(*level); });
  });
  return panels;
}

/// Draws the panels, from the top to the bottom.
class EffectsPicture {
 public:
  explicit EffectsPicture(std::vector<Panel> panels) : panels_(std::move(panels)) {
    for (const Panel& panel : panels_)
      for (const EffectsSummary* level : panel.levels)
        for (const EffectTermSummary* term : main_effects(*level))
          if (term->share.exists()) color_of_.try_emplace(term->name, kColors[color_of_.size() % kColors.size()]);
  }

  std::string draw(PictureFormat format) const {
    double height = kTop;
    for (const Panel& panel : panels_) height += height_of(panel);
    Canvas canvas(format, kWidth, height);
    draw_legend(canvas);
    double top = kTop;
    for (const Panel& panel : panels_) {
      draw_panel(canvas, panel, top);
      top += height_of(panel);
    }
    return canvas.finish();
  }

 private:
  double rows() const { return static_cast<double>(color_of_.size()); }
  double level_height() const { return rows() * kRowHeight + kLevelGap; }
  double height_of(const Panel& panel) const {
    return kTitleHeight + static_cast<double>(panel.levels.size()) * level_height() + kAxisHeight;
  }

  void draw_legend(Canvas& canvas) const {
    double x = 8;
    for (const auto& [name, color] : color_of_) {
      canvas.fill({x, 12, 10, 10}, color);
      canvas.text({x + 15, 21}, name, 11, kBlack, 140);
      x += 40 + 6.5 * static_cast<double>(name.size());
    }
  }

  void draw_panel(Canvas& canvas, const Panel& panel, double top) const {
    const std::string what = panel.is_distances ? "of the squared distance between networks" : "of the variance";
    canvas.text({8, top + 16}, panel.subject, 13, kBlack, 500, Align::left, Weight::bold);
    canvas.text({kRight, top + 16}, "explained share " + what + ", 95 % interval by seeds", 11, kGrey, 520,
                Align::right);
    double y = top + kTitleHeight;
    const double bottom = y + static_cast<double>(panel.levels.size()) * level_height();
    for (int percent = 0; percent <= 100; percent += 20) {
      const double x = place_of(percent / 100.0);
      canvas.line({{x, y}, {x, bottom}}, percent == 0 ? kGrey : kLight, 1);
      canvas.text({x, bottom + 13}, fmt::format("{} %", percent), 10, kGrey, 60, Align::center);
    }
    for (const EffectsSummary* level : panel.levels) {
      draw_level(canvas, *level, y);
      y += level_height();
    }
  }

  void draw_level(Canvas& canvas, const EffectsSummary& effects, double top) const {
    const double middle = top + rows() * kRowHeight / 2;
    canvas.text({8, middle + 4}, effects.level, 11, kBlack, 120);
    const std::string runs = effects.n_runs == effects.n_all
                                 ? fmt::format("all {} runs", effects.n_all)
                                 : fmt::format("{} of {} runs", effects.n_runs, effects.n_all);
    canvas.text({kLeft - 12, middle + 4}, runs, 10, kGrey, 110, Align::right);
    if (!says_something(effects)) {
      canvas.text({place_of(0) + 8, middle + 4}, std::string(reason_of(effects.reason)), 11, kGrey, kRight - kLeft);
      return;
    }
    for (const EffectTermSummary* term : main_effects(effects)) draw_term(canvas, *term, top);
  }

  void draw_term(Canvas& canvas, const EffectTermSummary& term, double top) const {
    if (!term.share.exists()) return;
    const auto found = color_of_.find(term.name);
    const auto row = static_cast<double>(std::distance(color_of_.begin(), found));
    const double y = top + (row + 0.5) * kRowHeight, x = place_of(term.share.estimate);
    if (term.share.has_interval())
      canvas.line({{place_of(term.share.low), y}, {place_of(term.share.high), y}}, found->second, 2.5, 0.75);
    canvas.fill({x - 4, y - 4, 8, 8}, found->second);
  }

  std::vector<Panel> panels_;
  std::map<std::string, Color> color_of_;  ///< of the factors, which are drawn in this order
};

}  // namespace

std::string effects_picture(const std::vector<EffectsSummary>& all, PictureFormat format) {
  std::vector<Panel> panels = panels_of(all);
  if (panels.empty())
    throw UserError("there are no effects to draw", "nothing has been computed of what the factors explain",
                    "cohort analyse computes it; cohort status says what is missing.");
  return EffectsPicture(std::move(panels)).draw(format);
}

}  // namespace cohort
