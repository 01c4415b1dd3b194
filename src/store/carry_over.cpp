#include "carry_over.hpp"

#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>

namespace cohort {
namespace {

/// Indices along one axis that lie side by side in both files.
struct Segment {
  std::size_t from, to, count;
};
using AxisMap = std::vector<Segment>;  // sorted by `from`

/// Values read and written at once, unless the last axis alone has more.
constexpr std::size_t kBlockValues = 1 << 20;

/// Joins neighbours; `pairs` of (from, to) must be sorted by `from`.
AxisMap joined(const std::vector<KeptRun>& pairs) {
  AxisMap map;
  for (const auto& [from, to] : pairs) {
    const bool goes_on =
        !map.empty() && map.back().from + map.back().count == from && map.back().to + map.back().count == to;
    if (goes_on)
      ++map.back().count;
    else
      map.push_back({from, to, 1});
  }
  return map;
}

AxisMap by_label(const std::vector<std::string>& old_labels, const std::vector<std::string>& labels) {
  std::map<std::string_view, std::size_t> place;
  for (std::size_t to = 0; to < labels.size(); ++to) place.emplace(labels[to], to);
  std::vector<KeptRun> pairs;
  for (std::size_t from = 0; from < old_labels.size(); ++from)
    if (const auto found = place.find(old_labels[from]); found != place.end()) pairs.push_back({from, found->second});
  return joined(pairs);
}

/// The same, one index at a time.
std::vector<KeptRun> indices(const AxisMap& map) {
  std::vector<KeptRun> pairs;
  for (const Segment& segment : map)
    for (std::size_t i = 0; i < segment.count; ++i) pairs.push_back({segment.from + i, segment.to + i});
  return pairs;
}

/// The smallest range that holds all of `map`, in the old file and in the new one.
struct Span {
  std::size_t from, from_count, to, to_count;
};
Span span_of(const AxisMap& map) {
  std::size_t to = map.front().to, to_end = 0;
  for (const Segment& segment : map) {
    to = std::min(to, segment.to);
    to_end = std::max(to_end, segment.to + segment.count);
  }
  return {map.front().from, map.back().from + map.back().count - map.front().from, to, to_end - to};
}

template <class Value>
std::vector<Value> read_values(ResultsFile& file, const std::string& path, const Extent& start, const Extent& count) {
  if constexpr (std::is_same_v<Value, std::string>)
    return file.read_text(path, start, count);
  else
    return file.read<Value>(path, start, count);
}

template <class Value>
void write_values(ResultsFile& file, const std::string& path, const Extent& start, const Extent& count,
                  const std::vector<Value>& values) {
  if constexpr (std::is_same_v<Value, std::string>)
    file.write_text(path, start, count, values);
  else
    file.write<Value>(path, start, count, values);
}

/// What a dataset holds where nothing was written, see DatasetInfo.
template <class Value>
Value unwritten() {
  if constexpr (std::is_floating_point_v<Value>)
    return std::numeric_limits<Value>::quiet_NaN();
  else if constexpr (std::is_signed_v<Value>)
    return -1;
  else
    return Value();
}

/// Calls `action` with a value of the type in which `info` is held in memory.
template <class Action>
void with_type_of(const DatasetInfo& info, const Action& action) {
  if (info.type == ValueType::text)
    action(std::string());
  else
    with_value_of(info.type, action);
}

/// One dataset on its way from the old file to the new one, a block at a time: memory stays bounded for any number of
/// runs, and a row of pairs is read and written as a whole however its runs have moved.
class DatasetMove {
 public:
  DatasetMove(ResultsFile& from, ResultsFile& to, const DatasetInfo& info, const std::vector<AxisMap>& axes)
      : from_(from), to_(to), info_(info), axes_(axes) {
    std::size_t values = 1;
    first_whole_ = axes.size();
    while (first_whole_ > 0) {
      const std::size_t axis = first_whole_ - 1;
      const Span span = span_of(axes[axis]);
      values *= std::max(span.from_count, span.to_count);
      const bool is_scattered = axes[axis].size() > 1;
      if (first_whole_ < axes.size() && (values > kBlockValues || (is_scattered && scattered_))) break;
      if (is_scattered) scattered_ = axis;
      first_whole_ = axis;
    }
    for (std::size_t axis = 0; axis < first_whole_; ++axis) outer_.push_back(indices(axes[axis]));
  }

  /// This rank's share of the blocks.
  void run(std::size_t rank, std::size_t n_ranks) {
    std::vector<std::size_t> chosen(outer_.size(), 0);
    std::size_t number = 0;
    do {
      if (number++ % n_ranks == rank) copy(chosen);
    } while (advance(chosen));
  }

 private:
  /// The next choice of an index along each of the outer axes.
  bool advance(std::vector<std::size_t>& chosen) const {
    for (std::size_t axis = outer_.size(); axis-- > 0;) {
      if (++chosen[axis] < outer_[axis].size()) return true;
      chosen[axis] = 0;
    }
    return false;
  }

  void copy(const std::vector<std::size_t>& chosen) {
    Extent source, target, count, target_count;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      const bool is_outer = axis < outer_.size();
      const Span span =
          is_outer ? Span{outer_[axis][chosen[axis]].from, 1, outer_[axis][chosen[axis]].to, 1} : span_of(axes_[axis]);
      source.push_back(span.from);
      target.push_back(span.to);
      count.push_back(span.from_count);
      target_count.push_back(span.to_count);
    }
    if (!scattered_) return copy_block(from_, to_, info_, source, target, count);
    with_type_of(info_, [&](auto value) {
      using Value = decltype(value);
      const auto old_values = read_values<Value>(from_, info_.path, source, count);
      std::vector<Value> values(volume(target_count), unwritten<Value>());
      scatter(old_values, count, values, target_count);
      write_values<Value>(to_, info_.path, target, target_count, values);
    });
  }

  /// Moves the segments of the scattered axis; along all others the two blocks are the same.
  template <class Value>
  void scatter(const std::vector<Value>& from, const Extent& from_count, std::vector<Value>& to,
               const Extent& to_count) const {
    const std::size_t axis = *scattered_;
    const Span span = span_of(axes_[axis]);
    const auto behind = static_cast<std::ptrdiff_t>(
        volume(Extent(from_count.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from_count.end())));
    const std::size_t n_before =
        volume(Extent(from_count.begin(), from_count.begin() + static_cast<std::ptrdiff_t>(axis)));
    for (std::size_t before = 0; before < n_before; ++before) {
      for (const Segment& segment : axes_[axis]) {
        const auto source = static_cast<std::ptrdiff_t>(before * from_count[axis] + segment.from - span.from) * behind;
        const auto target = static_cast<std::ptrdiff_t>(before * to_count[axis] + segment.to - span.to) * behind;
        std::copy_n(from.begin() + source, static_cast<std::ptrdiff_t>(segment.count) * behind, to.begin() + target);
      }
    }
  }

  ResultsFile& from_;
  ResultsFile& to_;
  const DatasetInfo& info_;
  const std::vector<AxisMap>& axes_;
  std::size_t first_whole_ = 0;           ///< axes from here on are inside a block
  std::optional<std::size_t> scattered_;  ///< the one of them that does not move in one piece
  std::vector<std::vector<KeptRun>> outer_;
};

/// How the axes of datasets move from one file to the other.
class Move {
 public:
  Move(ResultsFile& from, const Schema& schema, const std::vector<KeptRun>& kept)
      : from_(from), schema_(schema), runs_(joined(sorted(kept))) {}

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

  void copy(ResultsFile& to, const DatasetInfo& info, const std::vector<AxisMap>& axes, std::size_t rank,
            std::size_t n_ranks) {
    for (const AxisMap& axis : axes)
      if (axis.empty()) return;
    DatasetMove(from_, to, info, axes).run(rank, n_ranks);
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

  ResultsFile& from_;
  const Schema& schema_;
  AxisMap runs_;
};

struct MovedDataset {
  const DatasetInfo* info;
  std::optional<std::vector<AxisMap>> axes;
};

/// Datasets of analyses that are in the old file, by made_from; those of one made_from all or none.
std::map<std::string, std::vector<MovedDataset>> found_again(Move& move, const Schema& schema) {
  std::map<std::string, std::vector<MovedDataset>> together;
  for (const auto& info : schema.datasets)
    if (!info.made_from.empty()) together[info.made_from].push_back({&info, move.axes(info)});
  std::erase_if(together, [](const auto& group) {
    const auto& datasets = group.second;
    return !std::all_of(datasets.begin(), datasets.end(), [](const MovedDataset& d) { return d.axes.has_value(); });
  });
  return together;
}

}  // namespace

void copy_block(ResultsFile& from, ResultsFile& to, const DatasetInfo& info, const Extent& source, const Extent& target,
                const Extent& count) {
  with_type_of(info, [&](auto value) {
    using Value = decltype(value);
    write_values<Value>(to, info.path, target, count, read_values<Value>(from, info.path, source, count));
  });
}

void carry_over_analyses(ResultsFile& from, ResultsFile& to, const Schema& schema, const std::vector<KeptRun>& kept,
                         std::size_t rank, std::size_t n_ranks) {
  Move move(from, schema, kept);
  for (const auto& [made_from, datasets] : found_again(move, schema))
    for (const MovedDataset& dataset : datasets) move.copy(to, *dataset.info, *dataset.axes, rank, n_ranks);
}

std::map<std::string, CarriedAxes> carried_axes(ResultsFile& from, const Schema& schema,
                                                const std::vector<KeptRun>& kept) {
  Move move(from, schema, kept);
  std::map<std::string, CarriedAxes> result;
  for (const auto& [made_from, datasets] : found_again(move, schema))
    for (const MovedDataset& dataset : datasets)
      if (dataset.info->path == made_from)
        for (const AxisMap& axis : *dataset.axes) result[made_from].push_back(indices(axis));
  return result;
}

std::vector<std::string> carried_analyses(ResultsFile& from, const Schema& schema) {
  Move move(from, schema, {});
  std::vector<std::string> result;
  for (const auto& [made_from, datasets] : found_again(move, schema)) result.push_back(made_from);
  return result;
}

}  // namespace cohort
