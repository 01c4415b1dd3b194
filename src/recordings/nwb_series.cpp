#include "nwb_series.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kSame = 1e-6;  // steps

/// The usual step: the middle one of all.
double median_step(const std::vector<double>& times) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

}  // namespace

std::vector<std::string> NwbSeries::all_in(const Hdf5ArrayArchive& archive) {
  const std::string end = "/data";
  std::vector<std::string> series;
  for (const std::string& path : archive.datasets()) {
    if (!path.ends_with(end)) continue;
    const std::string name = path.substr(0, path.size() - end.size());
    const bool is_at_home =
        name.starts_with("acquisition/") || name.starts_with("processing/") || name.starts_with("analysis/");
    const bool has_times = archive.has(name + "/starting_time") || archive.has(name + "/timestamps");
    if (is_at_home && has_times && archive.holds_numbers(path)) series.push_back(name);
  }
  return series;
}

NwbSeries::NwbSeries(const Hdf5ArrayArchive& archive, std::string path) : archive_(archive), path_(std::move(path)) {
  const std::vector<std::size_t> shape = archive.shape(part("data"));
  if (shape.empty() || shape.size() > 2)
    throw UserError(fmt::format("series {} has {} dimensions", path_, shape.size()), "[time, units] are needed");
  n_samples_ = shape[0];
  if (shape.size() == 2) n_units_ = static_cast<Index>(shape[1]);
  read_times();
  read_scale();
}

void NwbSeries::read_times() {
  if (archive_.has(part("timestamps"))) {
    timestamps_ = archive_.read(part("timestamps")).values;
    const bool is_sorted = std::adjacent_find(timestamps_.begin(), timestamps_.end(),
                                              [](double a, double b) { return !(a < b); }) == timestamps_.end();
    if (timestamps_.size() != n_samples_ || timestamps_.size() < 2 || !is_sorted)
      throw UserError(fmt::format("series {} has no times", path_),
                      fmt::format("{} timestamps of {} samples{}", timestamps_.size(), n_samples_,
                                  is_sorted ? "" : ", which do not increase"));
    start_ = timestamps_.front();
    step_ = median_step(timestamps_);
    return;
  }
  const NpyArray start = archive_.read(part("starting_time"));
  const std::optional<double> rate = archive_.number_attribute(part("starting_time"), "rate");
  if (start.size() != 1 || !rate || !(*rate > 0) || !std::isfinite(*rate))
    throw UserError(fmt::format("series {} has no times", path_), "starting_time is one number, with its rate in Hz");
  start_ = start.values[0];
  step_ = 1 / *rate;
}

void NwbSeries::read_scale() {
  const double conversion = archive_.number_attribute(part("data"), "conversion").value_or(1);
  offset_ = archive_.number_attribute(part("data"), "offset").value_or(0);
  VectorXd factors = VectorXd::Constant(n_units_, conversion);
  if (archive_.has(part("channel_conversion"))) {
    const NpyArray own = archive_.read(part("channel_conversion"));
    if (static_cast<Index>(own.size()) != n_units_)
      throw UserError(fmt::format("series {} has {} channel conversions", path_, own.size()),
                      fmt::format("it has {} units", n_units_));
    for (Index unit = 0; unit < n_units_; ++unit) factors[unit] *= own.values[static_cast<std::size_t>(unit)];
  }
  if (offset_ != 0 || (factors.array() != 1).any()) factors_ = factors;
}

double NwbSeries::step_ms(const TrialCut& cut) const {
  const double own = 1000 * step_;
  if (cut.step_ms > 0 && std::abs(cut.step_ms - own) > kSame * own)
    throw UserError(fmt::format("series {} has no steps of {:g} ms", path_, cut.step_ms),
                    fmt::format("its samples are {:g} ms apart", own), "Leave time_step away; bin makes them longer.");
  return own;
}

double NwbSeries::precision() const { return archive_.read_rows(part("data"), 0, 0).precision; }

std::optional<std::size_t> NwbSeries::first_sample(double t, std::size_t n) const {
  if (timestamps_.empty()) {
    const double first = std::round((t - start_) / step_);
    if (!(first >= 0) || first + static_cast<double>(n) > static_cast<double>(n_samples_)) return std::nullopt;
    return static_cast<std::size_t>(first);
  }
  const auto after = std::lower_bound(timestamps_.begin(), timestamps_.end(), t);
  auto first = static_cast<std::size_t>(after - timestamps_.begin());
  if (first > 0 && (first == n_samples_ || t - timestamps_[first - 1] < timestamps_[first] - t)) --first;
  if (first + n > n_samples_) return std::nullopt;
  for (std::size_t i = 0; i < n; ++i)
    if (std::abs(timestamps_[first + i] - (t + static_cast<double>(i) * step_)) > (0.5 + kSame) * step_)
      return std::nullopt;
  return first;
}

std::optional<MatrixXd> NwbSeries::trial(double event, const TrialSteps& steps) const {
  const auto n = static_cast<std::size_t>(steps.n);
  const std::optional<std::size_t> first = first_sample(event + steps.from_ms / 1000, n);
  if (!first) return std::nullopt;
  const NpyArray rows = archive_.read_rows(part("data"), *first, n);
  MatrixXd values(n_units_, steps.n);
  std::copy(rows.values.begin(), rows.values.end(), values.data());  // a column of the matrix is a sample
  if (factors_.size() > 0) {
    values = factors_.asDiagonal() * values;
    values.array() += offset_;
  }
  return values;
}

std::string NwbSeries::text() const {
  return fmt::format("series {}: {} samples of {} units, {:g} ms apart from {:g} to {:g} s{}", path_, n_samples_,
                     n_units_, 1000 * step_, start_,
                     timestamps_.empty() ? start_ + step_ * static_cast<double>(n_samples_) : timestamps_.back(),
                     factors_.size() > 0 ? ", converted" : "");
}

}  // namespace cohort
