#include <cohort/cluster/early_stop.hpp>

#include <cohort/core/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>

namespace cohort {

EarlyStop::EarlyStop(StopOptions options, std::string stop_file)
    : options_(std::move(options)), stop_file_(std::move(stop_file)) {}

bool EarlyStop::is_due() {
  if (is_due_) return true;
  if (options_.requested()) return is_due_ = true;
  const auto now = StopOptions::Clock::now();
  if (seconds_left() <= 0) {
    reason_ = fmt::format("its time of {} is nearly over",
                          duration_text(std::chrono::duration<double>(options_.end - options_.start).count()));
    return is_due_ = true;
  }
  if (stop_file_.empty() || now - last_look_ < std::chrono::seconds(1)) return false;
  last_look_ = now;
  std::error_code unknown;
  if (!std::filesystem::exists(stop_file_, unknown)) return false;
  reason_ = fmt::format("{} asks for it, and for no other job: delete it first", stop_file_);
  return is_due_ = true;
}

void EarlyStop::ask(const std::string& reason) {
  if (is_due_) return;
  is_due_ = true;
  reason_ = reason;
}

double EarlyStop::seconds_left() const {
  if (options_.end == StopOptions::Clock::time_point::max()) return std::numeric_limits<double>::infinity();
  using Seconds = std::chrono::duration<double>;
  const double whole = Seconds(options_.end - options_.start).count();
  constexpr double most_seconds_to_end = 60;
  return Seconds(options_.end - StopOptions::Clock::now()).count() - std::min(most_seconds_to_end, whole / 10);
}

}  // namespace cohort
