#include <cohort/tasks/epochs.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

Index whole_steps(double duration_ms, double dt_ms) {
  return static_cast<Index>(std::floor(duration_ms / dt_ms + 1e-9));  // 0.3 / 0.1 is 3 steps
}

std::vector<Epoch> consecutive_epochs(const std::vector<double>& durations_ms, double dt_ms) {
  std::vector<Epoch> epochs;
  epochs.reserve(durations_ms.size());
  double end_ms = 0;
  Index first = 0;
  for (const double duration : durations_ms) {
    end_ms += duration;
    const Index end = whole_steps(end_ms, dt_ms);
    if (duration > 0 && end == first)
      throw UserError(fmt::format("an epoch of {} ms has no step", duration), fmt::format("steps last {} ms", dt_ms),
                      "Give a smaller dt.");
    epochs.push_back({first, end - first});
    first = end;
  }
  return epochs;
}

}  // namespace cohort
