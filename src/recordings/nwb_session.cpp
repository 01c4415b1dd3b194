#include "nwb_session.hpp"

#include "nwb_series.hpp"
#include "nwb_spikes.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr const char* kTrials = "intervals/trials";
constexpr const char* kStart = "start_time";
constexpr const char* kStop = "stop_time";
constexpr double kSame = 1e-6;  // steps
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string event_of(const TrialCut& cut) { return cut.align.empty() ? kStart : cut.align; }

/// First start and last stop of any trial, s.
NwbSpikes::Span span_of(const NwbTable& trials) {
  NwbSpikes::Span span{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double start : trials.numbers(kStart))
    if (std::isfinite(start)) span = {std::min(span.first, start), std::max(span.second, start)};
  if (!trials.has(kStop)) return span;
  for (const double stop : trials.numbers(kStop))
    if (std::isfinite(stop)) span.second = std::max(span.second, stop);
  return span;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

NwbSession::NwbSession(const std::string& file, const std::string& inside)
    : file_(file), archive_(open_hdf5_archive(file)) {
  if (!archive_) throw UserError("is no NWB file", "it is no HDF5 file");
  check_version();
  if (!archive_->has("intervals") || !archive_->has(kTrials))
    throw UserError("has no trials", fmt::format("there is no table {}", kTrials),
                    "Cut it into conditions and save those as an array, see: cohort list formats");
  trials_ = std::make_unique<NwbTable>(*archive_, kTrials);
  if (trials_->n_rows() == 0) throw UserError("has no trials", fmt::format("the table {} is empty", kTrials));
  activity_ = activity_at(inside);
}

void NwbSession::check_version() const {
  const auto version = archive_->text_attribute(".", "nwb_version");
  if (!version)
    throw UserError("is no NWB file", "it is HDF5, but has no attribute nwb_version",
                    "An HDF5 file with an array is read by any other ending, see: cohort list formats");
  if (!version->starts_with("2")) throw UserError(fmt::format("is NWB {}", *version), "version 2 is read");
}

std::unique_ptr<NwbActivity> NwbSession::activity_at(const std::string& inside) const {
  const bool has_spikes = NwbSpikes::are_in(*archive_);
  if (inside == "units" || inside == "units/spike_times" || (inside.empty() && has_spikes))
    return std::make_unique<NwbSpikes>(*archive_, span_of(*trials_));
  return series_at(inside);
}

std::unique_ptr<NwbActivity> NwbSession::series_at(const std::string& inside) const {
  const std::vector<std::string> all = NwbSeries::all_in(*archive_);
  const std::string wanted = inside.ends_with("/data") ? inside.substr(0, inside.size() - 5) : inside;
  std::vector<std::string> found;
  for (const std::string& path : all)
    if (wanted.empty() || path == wanted || last_name(path) == wanted) found.push_back(path);
  if (std::ranges::count(all, wanted) > 0) found = {wanted};
  if (found.size() == 1) return std::make_unique<NwbSeries>(*archive_, found.front());
  if (found.empty() && !wanted.empty() && archive_->has(wanted))
    throw UserError(fmt::format("{} is no series of activity", wanted),
                    "data of real numbers are needed, with starting_time or timestamps");
  if (all.empty()) throw UserError("holds no activity", "it has neither spike times of units nor a series of numbers");
  const std::string list = fmt::format("{}", fmt::join(found.empty() ? all : found, ", "));
  if (found.empty())
    throw UserError(fmt::format("has no series '{}'", wanted), "it has: " + list,
                    did_you_mean(wanted, NwbSpikes::are_in(*archive_) ? std::vector<std::string>{"units"} : all));
  throw UserError(fmt::format("holds {} series", found.size()), list,
                  fmt::format("Say which: {}/{}", file_, found.front()));
}

TimeChoice::Window NwbSession::common_window(const std::vector<double>& events) const {
  const std::vector<double> starts = trials_->numbers(kStart), stops = trials_->numbers(kStop);
  TimeChoice::Window window{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  for (std::size_t trial = 0; trial < events.size(); ++trial) {
    if (!std::isfinite(events[trial])) continue;
    window.from_ms = std::max(window.from_ms, 1000 * (starts[trial] - events[trial]));
    window.to_ms = std::min(window.to_ms, 1000 * (stops[trial] - events[trial]));
  }
  if (!(window.from_ms < window.to_ms) || !std::isfinite(window.to_ms - window.from_ms))
    throw UserError("its trials have no time in common", "around the event that they are aligned to",
                    "Say which: window = [-200, 600], in ms.");
  return window;
}

TrialSteps NwbSession::steps_of(const TrialCut& cut, const std::vector<double>& events) const {
  const TimeChoice::Window window = cut.window ? *cut.window : common_window(events);
  const double step_ms = activity_->step_ms(cut), length = window.to_ms - window.from_ms;
  if (!(length > 0))
    throw UserError(fmt::format("window [{:g}, {:g}] ms is empty", window.from_ms, window.to_ms),
                    "it must end after it begins");
  const double n = std::floor(length / step_ms + kSame);
  if (n < 1)
    throw UserError(fmt::format("steps of {:g} ms are too long", step_ms),
                    fmt::format("window [{:g}, {:g}] ms is shorter than one", window.from_ms, window.to_ms));
  return {window.from_ms, step_ms, static_cast<Index>(n)};
}

NwbSession::Kept NwbSession::kept(const TrialCut& cut, const std::vector<double>& events,
                                  const TrialSteps& steps) const {
  RowLevels levels{{""}, std::vector<int>(events.size(), 0)};
  Kept kept;
  if (!cut.condition.empty()) {
    levels = trials_->levels(cut.condition);
    kept.labels = levels.labels;
  }
  kept.of_condition.resize(levels.labels.size());
  for (std::size_t trial = 0; trial < events.size(); ++trial) {
    if (levels.level_of[trial] < 0) {
      ++kept.without_condition;
    } else if (!std::isfinite(events[trial])) {
      ++kept.without_event;
    } else if (auto values = activity_->trial(events[trial], steps)) {
      kept.of_condition[static_cast<std::size_t>(levels.level_of[trial])].push_back(std::move(*values));
    } else {
      ++kept.not_recorded;
    }
  }
  return kept;
}

std::string NwbSession::reasons(const Kept& kept, const TrialCut& cut) const {
  std::vector<std::string> reasons;
  if (kept.without_event > 0) reasons.push_back(fmt::format("{} have no {}", kept.without_event, event_of(cut)));
  if (kept.without_condition > 0)
    reasons.push_back(fmt::format("{} have no {}", kept.without_condition, cut.condition));
  if (kept.not_recorded > 0) reasons.push_back(fmt::format("the window of {} was not recorded", kept.not_recorded));
  return fmt::format("{}", fmt::join(reasons, ", "));
}

void NwbSession::check_left(const Kept& kept, const TrialCut& cut, const TrialSteps& steps) const {
  std::size_t n_kept = 0;
  for (const auto& trials : kept.of_condition) n_kept += trials.size();
  const std::string window = fmt::format("window [{:g}, {:g}] ms around {}", steps.from_ms,
                                         steps.from_ms + static_cast<double>(steps.n) * steps.step_ms, event_of(cut));
  if (n_kept == 0)
    throw UserError(kept.not_recorded > 0 ? window + " leaves what was recorded" : "no trial is left",
                    fmt::format("of {} trials {}; {}", trials_->n_rows(), reasons(kept, cut), activity_->text()));
  for (std::size_t condition = 0; condition < kept.of_condition.size(); ++condition)
    if (kept.of_condition[condition].empty())
      throw UserError(fmt::format("condition '{}' has no trials", kept.labels[condition]),
                      fmt::format("of all {} trials {}; {}", trials_->n_rows(), reasons(kept, cut), window));
}

RecordedArray NwbSession::array_of(const Kept& kept, const TrialSteps& steps) const {
  std::size_t most = 0;
  for (const auto& trials : kept.of_condition) most = std::max(most, trials.size());
  const auto n_units = static_cast<std::size_t>(activity_->n_units()), n_steps = static_cast<std::size_t>(steps.n),
             n_conditions = kept.of_condition.size();
  RecordedArray recorded{{{n_units, n_steps, n_conditions, most}, {}, activity_->precision()},
                         {"units", "time", "conditions", "trials"},
                         kept.labels,
                         steps.from_ms,
                         steps.step_ms};
  constexpr double most_values = 1e9;
  if (static_cast<double>(n_units * n_steps) * static_cast<double>(n_conditions * most) > most_values)
    throw UserError(
        "is too large",
        fmt::format("{} units, {} steps, {} conditions, up to {} trials", n_units, n_steps, n_conditions, most),
        "Choose longer steps, a shorter window or another column for condition.");
  std::vector<double>& values = recorded.numbers.values;
  values.assign(n_units * n_steps * n_conditions * most, kNan);
  for (std::size_t condition = 0; condition < n_conditions; ++condition)
    for (std::size_t trial = 0; trial < kept.of_condition[condition].size(); ++trial) {
      const MatrixXd& own = kept.of_condition[condition][trial];
      for (std::size_t unit = 0; unit < n_units; ++unit)
        for (std::size_t step = 0; step < n_steps; ++step)
          values[((unit * n_steps + step) * n_conditions + condition) * most + trial] =
              own(static_cast<Index>(unit), static_cast<Index>(step));
    }
  return recorded;
}

RecordedArray NwbSession::cut(const TrialCut& cut) const {
  const std::vector<double> events = trials_->numbers(event_of(cut));
  const TrialSteps steps = steps_of(cut, events);
  const Kept kept_trials = kept(cut, events, steps);
  check_left(kept_trials, cut, steps);
  RecordedArray recorded = array_of(kept_trials, steps);
  if (const std::size_t n = kept_trials.n_left_out(); n > 0)
    recorded.remarks.push_back(
        fmt::format("{} of {} trials are left out: {}", n, trials_->n_rows(), reasons(kept_trials, cut)));
  if (cut.condition.empty())
    recorded.remarks.emplace_back(
        "all its trials are taken for one condition: condition = ... names the column that tells them apart");
  return recorded;
}

std::string NwbSession::column_text(const std::string& column) const {
  constexpr std::size_t most = 12;
  const RowLevels levels = trials_->levels(column);
  std::vector<std::size_t> n_rows(levels.labels.size(), 0);
  for (const int level : levels.level_of)
    if (level >= 0) ++n_rows[static_cast<std::size_t>(level)];
  std::vector<std::string> words;
  if (levels.labels.size() <= most)
    for (std::size_t level = 0; level < n_rows.size(); ++level)
      words.push_back(fmt::format("{} ({})", levels.labels[level], n_rows[level]));
  else
    words.push_back(
        fmt::format("{} different values, {} ... {}", n_rows.size(), levels.labels.front(), levels.labels.back()));
  if (const auto n = std::ranges::count(levels.level_of, -1); n > 0) words.push_back(fmt::format("none ({})", n));
  return fmt::format("{}: {}{}", column, trials_->holds_texts(column) ? "texts " : "", fmt::join(words, ", "));
}

std::vector<std::string> NwbSession::text() const {
  std::vector<std::string> lines{
      fmt::format("NWB {}, {}", archive_->text_attribute(".", "nwb_version").value(), activity_->text())};
  const std::vector<std::string> series = NwbSeries::all_in(*archive_);
  if (!series.empty()) lines.push_back(fmt::format("series: {}", fmt::join(series, ", ")));
  lines.push_back(
      fmt::format("{} trials; align is one of their columns of numbers, condition one of all:", trials_->n_rows()));
  for (const std::string& column : trials_->columns()) {
    try {
      lines.push_back("  " + column_text(column));
    } catch (const UserError& error) {
      lines.push_back(fmt::format("  {}: cannot be read ({})", column, error.what()));
    }
  }
  return lines;
}

}  // namespace cohort
