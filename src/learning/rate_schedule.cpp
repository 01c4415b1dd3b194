#include <cohort/learning/rate_schedule.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cohort {
namespace {

// In the order of RateSchedule::Form.
const std::vector<std::string> kForms{"constant", "cosine", "exponential", "large_then_decay", "step"};
constexpr std::int64_t kMany = 1'000'000'000;

/// A parameter and the schedules that it serves. One that is required has a default that means "not given".
struct Use {
  enum class Need { required, optional };
  ParameterInfo parameter;
  Need need;
  std::vector<std::string> schedules;
};

const std::vector<Use>& uses() {
  using enum Use::Need;
  static const std::vector<Use> table{
      {ParameterInfo::integer("period", 0, 0, kMany, "updates", "updates in which the rate falls by decay"),
       required,
       {"exponential", "large_then_decay", "step"}},
      {ParameterInfo::number("decay", 0.1, 0, 1, "1", "what a period leaves of the rate"),
       optional,
       {"exponential", "large_then_decay", "step"}},
      {ParameterInfo::integer("horizon", 0, 0, kMany, "updates", "updates until the cosine ends"),
       required,
       {"cosine"}},
      {ParameterInfo::number("final", 0, 0, 1, "1", "share of the rate at the cosine's end"), optional, {"cosine"}},
      {ParameterInfo::number("factor", 1, 1, 1e6, "1", "early rate over the last rate"),
       required,
       {"large_then_decay"}},
      {ParameterInfo::integer("at", 0, 0, kMany, "updates", "update where the early rate begins to fall"),
       optional,
       {"large_then_decay"}}};
  return table;
}

}  // namespace

void RateSchedule::add_parameters(Description& description) {
  description.parameters.push_back(
      ParameterInfo::choice("schedule", "constant", kForms, "how the learning rate changes during training"));
  for (const Use& use : uses()) {
    description.parameters.push_back(use.parameter);
    description.parameters.back().description += fmt::format(" (schedule {})", fmt::join(use.schedules, ", "));
  }
  description.parameters.push_back(
      ParameterInfo::integer("warmup", 0, 0, kMany, "updates", "updates in which the rate rises from near 0"));
}

RateSchedule::RateSchedule(const Parameters& parameters)
    : form_(form_of(parameters)),
      rate_(parameters.number("rate")),
      period_(parameters.number("period")),
      decay_(parameters.number("decay")),
      horizon_(parameters.number("horizon")),
      final_(parameters.number("final")),
      early_(parameters.number("factor")),
      at_(parameters.number("at")),
      warmup_(parameters.number("warmup")) {
  check(parameters);
}

RateSchedule::Form RateSchedule::form_of(const Parameters& parameters) {
  const auto found = std::find(kForms.begin(), kForms.end(), parameters.text("schedule"));
  expects(found != kForms.end(), "a known schedule");
  return static_cast<Form>(found - kForms.begin());
}

void RateSchedule::check(const Parameters& parameters) const {
  const std::string& schedule = kForms[static_cast<std::size_t>(form_)];
  for (const auto& [info, need, schedules] : uses()) {
    const std::string& value = parameters.text(info.name);
    const bool given = value != info.fallback;
    const bool used = std::count(schedules.begin(), schedules.end(), schedule) > 0;
    if (used && !given && need == Use::Need::required)
      throw UserError(fmt::format("schedule={} of {} needs {}", schedule, parameters.name(), info.name),
                      info.description,
                      fmt::format("Add {}=<{}>.", info.name, info.unit == "1" ? "number" : info.unit));
    if (given && !used)
      throw UserError(fmt::format("{}={} has no effect on {}", info.name, value, parameters.name()),
                      fmt::format("schedule={} does not use it, {} would", schedule, fmt::join(schedules, " or ")));
  }
}

double RateSchedule::rate(std::int64_t update) const {
  const auto k = static_cast<double>(update);
  const double warm = k + 1 < warmup_ ? (k + 1) / warmup_ : 1;
  return rate_ * factor(k) * warm;
}

double RateSchedule::factor(double update) const {
  switch (form_) {
    case Form::constant:
      return 1;
    case Form::cosine:
      if (update >= horizon_) return final_;
      return final_ + (1 - final_) * (1 + std::cos(std::numbers::pi * update / horizon_)) / 2;
    case Form::exponential:
      return std::pow(decay_, update / period_);
    case Form::large_then_decay:
      if (update < at_) return early_;
      return std::max(1.0, early_ * std::pow(decay_, (update - at_) / period_));
    case Form::step:
      return std::pow(decay_, std::floor(update / period_));
  }
  throw InternalError("unknown learning rate schedule");
}

}  // namespace cohort
