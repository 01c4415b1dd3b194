#include "job_segment.hpp"

#include "processor_kinds.hpp"

#include <cohort/cluster/rank_lost.hpp>
#include <cohort/core/log.hpp>
#include <cohort/store/segment_log.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <vector>

#include <unistd.h>

namespace cohort {
namespace {

Segment this_segment(int n_ranks, const std::string& processors) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return {job_id(), host, build_summary(), processors, n_ranks, unix_time(), 0, ""};
}

/// Training is the same bit for bit on other processors as far as their C libraries compute alike; decompositions are
/// not: whoever compares files of several kinds of nodes should know.
void warn_of_kinds(const std::vector<ProcessorKind>& kinds, const std::vector<Segment>& before) {
  constexpr const char* what = "results may differ in their last digits from those of one kind of processor";
  const std::string now = processors_text(kinds);
  if (kinds.size() > 1) log(LogLevel::warning, fmt::format("ranks run on {}: {}", now, what));
  if (kinds.size() == 1 && !before.empty() && !before.back().cpu.empty() && before.back().cpu != now)
    log(LogLevel::warning,
        fmt::format("this job runs on {}, the one before it ran on {}: {}", now, before.back().cpu, what));
}

}  // namespace

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string job_id() {
  const char* id = std::getenv("SLURM_JOB_ID");
  return id ? id : "";
}

bool in_segment(ResultsFile& file, MPI_Comm comm, const std::function<bool()>& work) {
  const bool is_first = rank_of(comm) == 0;
  SegmentLog segments(file);
  const auto kinds = processor_kinds(comm);
  together(comm, [&] {
    if (!is_first) return;
    warn_of_kinds(kinds, segments.read());
    segments.begin(this_segment(size_of(comm), processors_text(kinds)));
  });
  bool stopped = false;
  try {
    stopped = work();
  } catch (const RankLost& lost) {
    try {
      if (is_first) segments.end(unix_time(), lost.what());
    } catch (const std::exception&) {  // who died is what to tell
    }
    throw;
  } catch (const std::exception& error) {
    const bool all_know = dynamic_cast<const AgreedError*>(&error) != nullptr;
    try {
      if (is_first || !all_know) segments.end(unix_time(), std::string("error: ") + error.what());
    } catch (const std::exception&) {  // the first error is the one to tell
    }
    throw;
  }
  together(comm, [&] {
    if (is_first) segments.end(unix_time(), stopped ? "stopped early on purpose" : "finished");
  });
  return stopped;
}

}  // namespace cohort
