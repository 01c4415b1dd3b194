#include "commands.hpp"

#include <cohort/store/lease.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/store/summary.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>

namespace cohort::app {
namespace {

std::string time_text(double unix_seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(unix_seconds)));
}

}  // namespace

int status(const std::string& results) {
  ResultsFile file = ResultsFile::open_serial(results);
  fmt::print("{}: {}", file.attribute("/", "title"), status_text(file));
  const LeaseHolder holder = lease_holder(results);
  if (holder.pid != 0)
    fmt::print("a job works on it: process {} on {}{}\n", holder.pid, holder.host,
               holder.job.empty() ? "" : ", job " + holder.job);
  for (const Segment& segment : SegmentLog(file).read())
    fmt::print("  started {} on {}, {} rank{}: {}\n", time_text(segment.started), segment.host, segment.n_ranks,
               segment.n_ranks == 1 ? "" : "s",
               std::isnan(segment.ended) ? "running, or killed"
                                         : fmt::format("{} at {}", segment.reason, time_text(segment.ended)));
  return kAllDone;
}

}  // namespace cohort::app
