#include "nwb_spikes.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cohort {
namespace {

constexpr const char* kTimes = "units/spike_times";
constexpr const char* kIndex = "units/spike_times_index";
constexpr const char* kObserved = "obs_intervals";
constexpr double kUsualStep = 10;  // ms
constexpr double kSame = 1e-6;     // steps: a spike that is nearer to an edge is at the edge

/// The spikes of one unit in each step, Hz.
void count(const std::vector<double>& spikes, double event, const TrialSteps& steps,
           Eigen::Ref<Eigen::RowVectorXd> row) {
  const auto n = static_cast<double>(steps.n);
  const double begin = event + (steps.from_ms - steps.step_ms) / 1000;
  for (auto spike = std::lower_bound(spikes.begin(), spikes.end(), begin); spike != spikes.end(); ++spike) {
    const double place = ((*spike - event) * 1000 - steps.from_ms) / steps.step_ms;
    const double step = std::floor(place + kSame);
    if (step >= n) break;
    if (step >= 0) row[static_cast<Index>(step)] += 1;
  }
  row /= steps.step_ms / 1000;
}

}  // namespace

bool NwbSpikes::are_in(const Hdf5ArrayArchive& archive) { return archive.has(kTimes); }

NwbSpikes::NwbSpikes(const Hdf5ArrayArchive& archive, const Span& session) {
  if (!are_in(archive)) throw UserError("has no spikes", fmt::format("there is no {}", kTimes));
  if (!archive.has(kIndex))
    throw UserError("has no spikes of units", fmt::format("{} has no index, {}", kTimes, kIndex));
  read_spikes(archive);
  read_observed(archive, session);
}

void NwbSpikes::read_spikes(const Hdf5ArrayArchive& archive) {
  const NpyArray times = archive.read(kTimes);
  precision_ = std::numeric_limits<double>::epsilon();  // of counts, whatever the times are stored in
  if (std::any_of(times.values.begin(), times.values.end(), [](double time) { return !std::isfinite(time); }))
    throw UserError("holds a NaN or an infinity", "a time of a spike is needed", "", {archive.path_of(kTimes)});
  std::size_t begin = 0;
  for (const std::size_t end : ends_of_parts(archive.read(kIndex), times.size(), archive.path_of(kIndex))) {
    auto& unit = spikes_.emplace_back(times.values.begin() + static_cast<std::ptrdiff_t>(begin),
                                      times.values.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(unit);
    begin = end;
  }
  if (spikes_.empty()) throw UserError("has no units", "the table units is empty");
}

void NwbSpikes::read_observed(const Hdf5ArrayArchive& archive, const Span& session) {
  const NwbTable units(archive, "units");
  if (units.has(kObserved)) {
    for (const std::vector<double>& ends : units.lists(kObserved)) {
      auto& spans = observed_.emplace_back();
      for (std::size_t i = 0; i + 1 < ends.size(); i += 2) spans.emplace_back(ends[i], ends[i + 1]);
    }
    if (observed_.size() != spikes_.size())
      throw UserError("has units without obs_intervals", "all of them are needed, or none");
    return;
  }
  Span all = session;
  for (const std::vector<double>& unit : spikes_)
    if (!unit.empty()) all = {std::min(all.first, unit.front()), std::max(all.second, unit.back())};
  observed_.assign(spikes_.size(), {all});
}

bool NwbSpikes::is_observed(std::size_t unit, const Span& span) const {
  return std::any_of(observed_[unit].begin(), observed_[unit].end(), [&](const Span& observed) {
    return observed.first <= span.first + 1e-9 && span.second <= observed.second + 1e-9;
  });
}

double NwbSpikes::step_ms(const TrialCut& cut) const {
  if (cut.step_ms > 0) return cut.step_ms;
  return cut.bin_ms > 0 ? cut.bin_ms : kUsualStep;
}

std::optional<MatrixXd> NwbSpikes::trial(double event, const TrialSteps& steps) const {
  const double from = event + steps.from_ms / 1000;
  const Span span{from, from + static_cast<double>(steps.n) * steps.step_ms / 1000};
  MatrixXd rates = MatrixXd::Zero(n_units(), steps.n);
  bool is_any = false;
  for (std::size_t unit = 0; unit < spikes_.size(); ++unit) {
    auto row = rates.row(static_cast<Index>(unit));
    if (is_observed(unit, span)) {
      Eigen::RowVectorXd counts = row;
      count(spikes_[unit], event, steps, counts);
      row = counts;
      is_any = true;
    } else {
      row.setConstant(std::numeric_limits<double>::quiet_NaN());
    }
  }
  return is_any ? std::optional(rates) : std::nullopt;
}

std::string NwbSpikes::text() const {
  std::size_t n = 0;
  Span span{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const std::vector<double>& unit : spikes_) {
    n += unit.size();
    if (!unit.empty()) span = {std::min(span.first, unit.front()), std::max(span.second, unit.back())};
  }
  const std::string when = n == 0 ? "" : fmt::format(" from {:g} to {:g} s", span.first, span.second);
  return fmt::format("units: {} with {} spikes{}", spikes_.size(), n, when);
}

}  // namespace cohort
