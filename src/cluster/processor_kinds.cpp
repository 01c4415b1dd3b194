#include "processor_kinds.hpp"

#include <cohort/store/together.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace cohort {
namespace {

constexpr std::size_t kLength = 128;  // of a name in a message

/// "0-3, 7"
std::string ranges_text(const std::vector<int>& ranks) {
  std::string text;
  for (std::size_t first = 0, last = 0; first < ranks.size(); first = last + 1) {
    for (last = first; last + 1 < ranks.size() && ranks[last + 1] == ranks[last] + 1;) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", ranks[first]);
    if (last > first) text += fmt::format("-{}", ranks[last]);
  }
  return text;
}

}  // namespace

std::string processor_name() {
  std::string name = "unknown";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    name = line.substr(line.find(':') + 2);
    break;
  }
  const char* tunables = std::getenv("GLIBC_TUNABLES");
  if (tunables && std::string_view(tunables).find("hwcaps") != std::string_view::npos)
    name += fmt::format(" with {}", tunables);
  return name;
}

std::vector<ProcessorKind> processor_kinds(MPI_Comm comm) {
  std::string own = processor_name();
  own.resize(kLength);
  std::string all(kLength * static_cast<std::size_t>(size_of(comm)), '\0');
  check_mpi(MPI_Gather(own.data(), kLength, MPI_CHAR, all.data(), kLength, MPI_CHAR, 0, comm), "MPI_Gather");
  std::vector<ProcessorKind> kinds;
  if (rank_of(comm) != 0) return kinds;
  for (int rank = 0; rank < size_of(comm); ++rank) {
    const std::string name = all.substr(kLength * static_cast<std::size_t>(rank), kLength).c_str();  // to its first \0
    auto kind = std::ranges::find(kinds, name, &ProcessorKind::name);
    if (kind == kinds.end()) kind = kinds.insert(kinds.end(), {name, {}});
    kind->ranks.push_back(rank);
  }
  return kinds;
}

std::string processors_text(const std::vector<ProcessorKind>& kinds) {
  if (kinds.size() == 1) return kinds.front().name;
  std::string text;
  for (const ProcessorKind& kind : kinds)
    text += fmt::format("{}{} (rank{} {})", text.empty() ? "" : ", ", kind.name, kind.ranks.size() == 1 ? "" : "s",
                        ranges_text(kind.ranks));
  return text;
}

}  // namespace cohort
