#include <cohort/recordings/time_choice.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr double kSame = 1e-6;  // steps: times that differ by less are the same

/// Row t: how much of every sample the smoothed sample t is.
MatrixXd gaussian_weights(const TimeGrid& grid, double smooth_ms) {
  MatrixXd weights = MatrixXd::Identity(grid.n, grid.n);
  if (smooth_ms == 0) return weights;
  const double width = smooth_ms / grid.step_ms;
  constexpr double reach = 4;
  for (Index t = 0; t < grid.n; ++t) {
    for (Index s = 0; s < grid.n; ++s) {
      const double distance = static_cast<double>(s - t) / width;
      weights(t, s) = std::abs(distance) <= reach ? std::exp(-distance * distance / 2) : 0;
    }
    weights.row(t) /= weights.row(t).sum();
  }
  return weights;
}

/// In steps from the first sample.
struct Bins {
  double from = 0, length = 1;
  Index n = 0;
};

Bins bins_of(const TimeGrid& grid, const TimeChoice& choice) {
  const double from_ms = choice.window ? choice.window->from_ms : grid.start_ms;
  const double to_ms = choice.window ? choice.window->to_ms : grid.end_ms();
  const auto window = [&] { return fmt::format("window [{:g}, {:g}] ms", from_ms, to_ms); };
  if (!(from_ms < to_ms)) throw UserError(window() + " is empty", "it must end after it begins");
  const double tolerance = kSame * grid.step_ms;
  if (from_ms < grid.start_ms - tolerance || to_ms > grid.end_ms() + tolerance)
    throw UserError(window() + " leaves the trial",
                    fmt::format("which lasts from {:g} to {:g} ms", grid.start_ms, grid.end_ms()));
  const double bin_ms = choice.bin_ms == 0 ? grid.step_ms : choice.bin_ms;
  if (bin_ms < grid.step_ms - tolerance)
    throw UserError(fmt::format("bins of {:g} ms are too short", bin_ms),
                    fmt::format("a step is {:g} ms: nothing is known within it", grid.step_ms));
  if (bin_ms > to_ms - from_ms + tolerance)
    throw UserError(fmt::format("bins of {:g} ms are too long", bin_ms), window() + " is shorter than one");
  return {(from_ms - grid.start_ms) / grid.step_ms, bin_ms / grid.step_ms,
          static_cast<Index>(std::floor((to_ms - from_ms) / bin_ms + kSame))};
}

/// How much of step t the bin covers, of 1.
double covered(double from, double to, Index t) {
  const auto begin = static_cast<double>(t);
  const double part = std::min(to, begin + 1) - std::max(from, begin);
  if (part < kSame) return 0;
  return part > 1 - kSame ? 1 : part;
}

}  // namespace

MatrixXd time_weights(const TimeGrid& grid, const TimeChoice& choice) {
  const Bins bins = bins_of(grid, choice);
  MatrixXd averages(bins.n, grid.n);
  for (Index bin = 0; bin < bins.n; ++bin) {
    const double from = bins.from + static_cast<double>(bin) * bins.length;
    for (Index t = 0; t < grid.n; ++t) averages(bin, t) = covered(from, from + bins.length, t);
    averages.row(bin) /= averages.row(bin).sum();
  }
  return averages * gaussian_weights(grid, choice.smooth_ms);
}

MatrixXd through_time(const MatrixXd& weights, const MatrixXd& values) {
  const Index n_times = weights.cols(), n_bins = weights.rows(), n_conditions = values.rows() / n_times;
  expects(n_conditions * n_times == values.rows(), "whole conditions");
  MatrixXd result(n_conditions * n_bins, values.cols());
  for (Index condition = 0; condition < n_conditions; ++condition)
    result.middleRows(condition * n_bins, n_bins).noalias() = weights * values.middleRows(condition * n_times, n_times);
  return result;
}

}  // namespace cohort
