#include "carry_over.hpp"

#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace cohort {
namespace {

/// Indices along one axis that lie side by side in both files.
struct Segment {
  std::size_t from, to, count;
};
using AxisMap = std::vector<Segment>;

/// Joins neighbours; `pairs` of (from, to) must be sorted by `from`.
AxisMap joined(const std::vector<KeptRun>& pairs) {
  AxisMap map;
  for (const auto& [from, to] : pairs) {
    const bool goes_on = !map.empty() && map.back().from + map.back().count == from && map.back().to + map.back().count == to;
    if (goes_on)
      ++map.back().count;
    else
      map.push_back({from, to, 1});
  }
  return map;
}

AxisMap by_label(const std::vector<std::string>& old_labels, const std::vector<std::string>& labels) {
  std::vector<KeptRun> pairs;
  for (std::size_t from = 0; from < old_labels.size(); ++from) {
    const auto found = std::find(labels.begin(), labels.end(), old_labels[from]);
    if (found != labels.end()) pairs.push_back({from, static_cast<std::size_t>(found - labels.begin())});
  }
  return joined(pairs);
}

/// How the axes of datasets move from one file to the other.
class Move {
 public:
  Move(ResultsFile& from, ResultsFile& to, const Schema& schema, const std::vector<KeptRun>& kept)
      : from_(from), to_(to), schema_(schema), runs_(joined(sorted(kept))) {}

  /// None when the dataset is not in the old file, or cannot be found again in the new one.
  std::optional<std::vector<AxisMap>> axes(const DatasetInfo& info) {
    if (!from_.has(info.path)) return std::nullopt;
    const Extent old_extent = from_.extent(info.path);
    if (old_extent.size() != info.dimensions.size()) return std::nullopt;
    std::vector<AxisMap> maps;
    for (std::size_t axis = 0; axis < old_extent.size(); ++axis) {
      auto map = axis_map(info, axis, old_extent[axis]);
      if (!map) return std::nullopt;
      maps.push_back(std::move(*map));
    }
    return maps;
  }

  void copy(const DatasetInfo& info, const std::vector<AxisMap>& axes, std::size_t rank, std::size_t n_ranks) {
    std::size_t number = 0;
    std::vector<std::size_t> chosen(axes.size(), 0);
    for (const AxisMap& axis : axes)
      if (axis.empty()) return;
    do {
      copy_segments(info, axes, chosen, number, rank, n_ranks);
    } while (advance(axes, chosen));
  }

 private:
  static std::vector<KeptRun> sorted(std::vector<KeptRun> runs) {
    std::sort(runs.begin(), runs.end(), [](const KeptRun& a, const KeptRun& b) { return a.from < b.from; });
    return runs;
  }

  std::optional<AxisMap> axis_map(const DatasetInfo& info, std::size_t axis, std::size_t old_size) {
    const std::string& name = info.dimensions[axis];
    if (name == "run" || name == "other_run") return runs_;
    const Dimension& dimension = schema_.dimension(name);
    const std::string scale = group_of(info.path) + "/" + name;
    if (!from_.has(scale) || from_.is_text(scale) == dimension.labels.empty()) return std::nullopt;
    if (!dimension.labels.empty()) return by_label(from_.read_text(scale), dimension.labels);
    if (dimension.size < old_size) return std::nullopt;
    return AxisMap{{0, 0, old_size}};
  }

  /// One combination of segments, a slice of its first axis at a time: memory stays small, and ranks share the work.
  void copy_segments(const DatasetInfo& info, const std::vector<AxisMap>& axes, const std::vector<std::size_t>& chosen,
                     std::size_t& number, std::size_t rank, std::size_t n_ranks) {
    Extent source, target, count;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      const Segment& segment = axes[axis][chosen[axis]];
      source.push_back(segment.from);
      target.push_back(segment.to);
      count.push_back(segment.count);
    }
    const std::size_t n_slices = count.empty() ? 1 : count.front();
    if (!count.empty()) count.front() = 1;
    for (std::size_t slice = 0; slice < n_slices; ++slice) {
      if (number++ % n_ranks == rank) copy_block(from_, to_, info, source, target, count);
      if (count.empty()) continue;
      ++source.front();
      ++target.front();
    }
  }

  static bool advance(const std::vector<AxisMap>& axes, std::vector<std::size_t>& chosen) {
    for (std::size_t axis = axes.size(); axis-- > 0;) {
      if (++chosen[axis] < axes[axis].size()) return true;
      chosen[axis] = 0;
    }
    return false;
  }

  ResultsFile& from_;
  ResultsFile& to_;
  const Schema& schema_;
  AxisMap runs_;
};

}  // namespace

void copy_block(ResultsFile& from, ResultsFile& to, const DatasetInfo& info, const Extent& source, const Extent& target,
                const Extent& count) {
  if (info.type == ValueType::text)
    return to.write_text(info.path, target, count, from.read_text(info.path, source, count));
  with_value_of(info.type, [&](auto value) {
    using Value = decltype(value);
    to.write<Value>(info.path, target, count, from.read<Value>(info.path, source, count));
  });
}

void carry_over_analyses(ResultsFile& from, ResultsFile& to, const Schema& schema, const std::vector<KeptRun>& kept,
                         std::size_t rank, std::size_t n_ranks) {
  struct Dataset {
    const DatasetInfo* info;
    std::optional<std::vector<AxisMap>> axes;
  };
  std::map<std::string, std::vector<Dataset>> together;  // by made_from
  Move move(from, to, schema, kept);
  for (const auto& info : schema.datasets)
    if (!info.made_from.empty()) together[info.made_from].push_back({&info, move.axes(info)});
  for (const auto& [made_from, datasets] : together) {
    const bool all = std::all_of(datasets.begin(), datasets.end(), [](const Dataset& d) { return d.axes.has_value(); });
    if (!all) continue;
    for (const Dataset& dataset : datasets) move.copy(*dataset.info, *dataset.axes, rank, n_ranks);
  }
}

}  // namespace cohort
