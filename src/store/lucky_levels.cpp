#include "lucky_levels.hpp"

#include <cohort/store/run_table.hpp>

namespace cohort {

std::vector<bool> without_lucky_levels(ResultsFile& file, const std::vector<bool>& finished) {
  std::vector<bool> right = finished;
  if (file.has("/snapshots/chance") || !file.has("/snapshots/update")) return right;
  const std::vector<std::string> levels = RunTable(file).levels();
  const auto updates = file.read<std::int32_t>("/snapshots/update");
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (!levels[level].starts_with("error<=") && !levels[level].starts_with("accuracy>=")) continue;
    for (std::size_t run = 0; run < right.size(); ++run)
      if (updates[run * levels.size() + level] == 0) right[run] = false;
  }
  return right;
}

}  // namespace cohort
