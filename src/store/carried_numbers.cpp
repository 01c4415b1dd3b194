#include <cohort/store/carried_numbers.hpp>

#include "carry_over.hpp"

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

/// The smallest range of old indices that holds all origins of some new ones; empty when none has any.
struct Range {
  std::size_t first = std::numeric_limits<std::size_t>::max(), end = 0;

  void add(std::size_t origin) {
    if (origin == 0) return;
    first = std::min(first, origin - 1);
    end = std::max(end, origin);
  }
};

}  // namespace

CarriedNumbers::CarriedNumbers(ResultsFile& from, const Schema& schema, const std::vector<KeptRun>& kept)
    : from_(from) {
  const auto carried = carried_axes(from, schema, kept);
  for (const DatasetInfo& info : schema.datasets) {
    const auto found = carried.find(info.path);
    if (found == carried.end()) continue;
    const Extent extent = schema.extent(info);
    Origins& origins = origins_[info.path];
    for (std::size_t axis = 0; axis < extent.size(); ++axis) {
      origins.emplace_back(extent[axis], 0);
      for (const KeptRun& index : found->second[axis]) origins.back()[index.to] = index.from + 1;
    }
  }
}

std::vector<std::uint64_t> CarriedNumbers::read(const std::string& made_from, const Extent& start,
                                                const Extent& count) {
  std::vector<std::uint64_t> numbers(volume(count), 0);
  const auto found = origins_.find(made_from);
  if (found == origins_.end()) return numbers;
  const Origins& origins = found->second;
  Extent old_start, old_count;
  for (std::size_t axis = 0; axis < count.size(); ++axis) {
    Range range;
    for (std::size_t i = 0; i < count[axis]; ++i) range.add(origins[axis][start[axis] + i]);
    if (range.end == 0) return numbers;
    old_start.push_back(range.first);
    old_count.push_back(range.end - range.first);
  }
  const auto old = from_.read<std::uint64_t>(made_from, old_start, old_count);
  for (std::size_t item = 0; item < numbers.size(); ++item) {
    std::size_t place = 0, stride = 1, rest = item;
    bool is_carried = true;
    for (std::size_t axis = count.size(); axis-- > 0; stride *= old_count[axis], rest /= count[axis]) {
      const std::size_t origin = origins[axis][start[axis] + rest % count[axis]];
      is_carried = is_carried && origin > 0;
      if (is_carried) place += (origin - 1 - old_start[axis]) * stride;
    }
    if (is_carried) numbers[item] = old[place];
  }
  return numbers;
}

}  // namespace cohort
