#include "job_segment.hpp"

#include <cohort/store/segment_log.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace cohort {
namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

Segment this_segment(int n_ranks) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return {job_id(), host, build_summary(), processor_name(), n_ranks, unix_time(), 0, ""};
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
  together(comm, [&] {
    if (is_first) segments.begin(this_segment(size_of(comm)));
  });
  bool stopped = false;
  try {
    stopped = work();
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
