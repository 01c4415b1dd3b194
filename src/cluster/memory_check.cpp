#include <cohort/cluster/memory_check.hpp>

#include <cohort/core/log.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/training_cost.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include <unistd.h>

namespace cohort {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::infinity();

/// The number in a file that holds nothing else; infinite for "max", or when there is none.
double number_in(const std::string& path) {
  std::ifstream file(path);
  double number = kUnknown;
  return file >> number ? number : kUnknown;
}

double machine_available() {
  std::ifstream file("/proc/meminfo");
  for (std::string name, unit; file >> name;) {
    double kilobytes = 0;
    file >> kilobytes;
    std::getline(file, unit);
    if (name == "MemAvailable:") return 1024 * kilobytes;
  }
  return kUnknown;
}

/// Where the control groups of memory are mounted, and what files there are called.
struct GroupFiles {
  std::string line_start, folder, most, used;
};

/// What is left of the limits of this process's control group and those around it.
double group_available(const GroupFiles& files) {
  std::ifstream groups("/proc/self/cgroup");
  double left = kUnknown;
  for (std::string line; std::getline(groups, line);) {
    const auto start = line.find(files.line_start);
    if (start == std::string::npos) continue;
    for (std::string group = line.substr(start + files.line_start.size()); !group.empty();
         group.resize(group.rfind('/'))) {
      const double most = number_in(files.folder + group + files.most),
                   used = number_in(files.folder + group + files.used);
      if (used < kUnknown) left = std::min(left, most - used);
    }
  }
  return left;
}

double group_available() {
  const double old =
      group_available({":memory:", "/sys/fs/cgroup/memory", "/memory.limit_in_bytes", "/memory.usage_in_bytes"});
  return std::min(old, group_available({"0::", "/sys/fs/cgroup", "/memory.max", "/memory.current"}));
}

/// What one rank needs at the very least.
double least_of_rank(const Study& study, const Design& design) {
  double most = 0;
  for (const std::size_t run : design.first_of_each(Factor::architecture, Factor::architecture))
    most = std::max(most, least_memory(study, design[run]));
  return static_cast<double>(estimated_memory(study, design, static_cast<std::size_t>(most)));
}

}  // namespace

double available_memory() { return std::min(machine_available(), group_available()); }

void warn_of_memory(const Study& study, const Design& design, MPI_Comm comm) {
  double of_rank = 0;
  together(comm, [&] {
    if (rank_of(comm) == 0) of_rank = least_of_rank(study, design);
  });
  check_mpi(MPI_Bcast(&of_rank, 1, MPI_DOUBLE, 0, comm), "MPI_Bcast");
  MPI_Comm host = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host), "MPI_Comm_split_type");
  const int n_ranks = size_of(host);
  const bool is_first = rank_of(host) == 0;
  check_mpi(MPI_Comm_free(&host), "MPI_Comm_free");
  const double available = available_memory(), needed = n_ranks * of_rank;
  if (!is_first || needed <= available) return;
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  log(LogLevel::warning,
      fmt::format(
          "{}: {} rank{} need{} at least {} of memory, {} are free: runs may fail for lack of it; use fewer ranks "
          "on a node",
          name, n_ranks, n_ranks == 1 ? "" : "s", n_ranks == 1 ? "s" : "", bytes_text(needed), bytes_text(available)));
}

}  // namespace cohort
