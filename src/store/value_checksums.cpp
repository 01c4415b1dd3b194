#include <cohort/store/value_checksums.hpp>

#include "constant_checksum.hpp"

#include <cohort/core/hash.hpp>
#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <type_traits>

namespace cohort {
namespace {

constexpr std::string_view kMadeFrom = "made_from", kChecksum = "checksum";

template <class Value>
bool is_fill(Value value) {
  if constexpr (std::is_floating_point_v<Value>)
    return std::isnan(value);
  else if constexpr (std::is_signed_v<Value>)
    return value == -1;
  else
    return value == 0;
}

template <class Value>
std::uint64_t checksum_of(std::span<const Value> values, std::uint64_t seed, std::vector<Value>& kept) {
  kept.clear();
  for (const Value value : values)
    if (!is_fill(value)) kept.push_back(value);
  return hash64(std::as_bytes(std::span<const Value>(kept)), seed);
}

/// A made_from dataset of the file and the datasets it speaks of.
class CheckedGroup {
 public:
  CheckedGroup(ResultsFile& file, std::string made_from, std::vector<std::string> datasets)
      : file_(file), made_from_(std::move(made_from)), datasets_(std::move(datasets)) {}

  DamagedValues damaged() {
    const Extent extent = file_.extent(made_from_);
    const std::size_t width = extent.empty() ? 1 : extent.back(), n_rows = volume(extent) / width;
    const std::size_t at_once = std::clamp<std::size_t>(most_values / values_per_index(), 1, width);
    DamagedValues found{made_from_};
    for (std::size_t row = 0; row < n_rows; ++row)
      for (std::size_t first = 0; first < width; first += at_once)
        look_at(start_of(row, first, extent), std::min(at_once, width - first), extent, found);
    return found;
  }

 private:
  static constexpr std::size_t most_values = 1 << 20, most_places = 3;

  /// Of the largest dataset.
  std::size_t values_per_index() {
    std::size_t most = 1;
    for (const std::string& dataset : datasets_)
      most = std::max(most, volume(file_.extent(dataset)) / volume(file_.extent(made_from_)));
    return most;
  }

  static Extent start_of(std::size_t row, std::size_t first, const Extent& extent) {
    Extent start(extent.size(), 0);
    if (extent.empty()) return start;
    start.back() = first;
    for (std::size_t axis = extent.size() - 1; axis-- > 0; row /= extent[axis]) start[axis] = row % extent[axis];
    return start;
  }

  void look_at(const Extent& start, std::size_t n, const Extent& extent, DamagedValues& found) {
    Extent count(extent.size(), 1);
    if (!count.empty()) count.back() = n;
    const auto numbers = file_.read<std::uint64_t>(made_from_, start, count);
    if (std::all_of(numbers.begin(), numbers.end(), [](std::uint64_t number) { return number == 0; })) return;
    const auto stored = file_.read<std::int32_t>(checksum_dataset(made_from_), start, count);
    std::vector<std::uint64_t> sums(n, 0);
    for (const std::string& dataset : datasets_) add(dataset, start, count, sums);
    for (std::size_t i = 0; i < n; ++i) {
      if (numbers[i] == 0 || stored_checksum(sums[i]) == stored[i]) continue;
      if (found.n++ >= most_places) continue;
      found.first.push_back(start);
      if (!start.empty()) found.first.back().back() += i;
    }
  }

  void add(const std::string& dataset, Extent start, Extent count, std::span<std::uint64_t> sums) {
    const Extent& extent = file_.extent(dataset);
    for (std::size_t axis = start.size(); axis < extent.size(); ++axis) {
      start.push_back(0);
      count.push_back(extent[axis]);
    }
    const ValueType type = file_.value_type(dataset);
    with_value_of(type, [&](auto value) {
      const auto values = file_.read<decltype(value)>(dataset, start, count);
      add_to_checksums(dataset, type, values.data(), values.size() / sums.size(), sums);
    });
  }

  ResultsFile& file_;
  std::string made_from_;
  std::vector<std::string> datasets_;
};

/// Every group of the file.
std::vector<std::string> all_datasets(ResultsFile& file) {
  std::vector<std::string> paths;
  for (const std::string& group : file.groups()) {
    const auto own = file.datasets(group);
    paths.insert(paths.end(), own.begin(), own.end());
  }
  return paths;
}

}  // namespace

std::string checksum_dataset(const std::string& made_from) {
  expects(made_from.ends_with(kMadeFrom), "a made_from dataset");
  return made_from.substr(0, made_from.size() - kMadeFrom.size()) + std::string(kChecksum);
}

Schema with_checksums(Schema schema) {
  std::vector<DatasetInfo> added;
  for (const DatasetInfo& info : schema.datasets) {
    if (info.made_from != info.path || info.path.empty()) continue;
    DatasetInfo checksum{checksum_dataset(info.path), ValueType::i32, info.dimensions, "1", "checksum of the values"};
    checksum.made_from = info.path;
    added.push_back(checksum);
  }
  schema.datasets.insert(schema.datasets.end(), added.begin(), added.end());
  return schema;
}

void add_to_checksums(const std::string& dataset, ValueType type, const void* values, std::size_t per_index,
                      std::span<std::uint64_t> sums) {
  const std::uint64_t seed = hash64(dataset);
  with_value_of(type, [&](auto value) {
    using Value = decltype(value);
    std::vector<Value> kept;
    kept.reserve(per_index);
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += checksum_of(std::span(static_cast<const Value*>(values) + i * per_index, per_index), seed, kept);
  });
}

std::int32_t stored_checksum(std::uint64_t sum) { return static_cast<std::int32_t>(sum & 0x7fffffffU); }

std::vector<DamagedValues> damaged_values(ResultsFile& file) {
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string& path : all_datasets(file)) {
    const std::string made_from = file.attribute(path, "made_from");
    if (made_from.empty() || path == made_from || path == checksum_dataset(made_from)) continue;
    if (file.has(made_from) && file.has(checksum_dataset(made_from))) groups[made_from].push_back(path);
  }
  std::vector<DamagedValues> damaged;
  for (const auto& [made_from, datasets] : groups)
    if (DamagedValues found = CheckedGroup(file, made_from, datasets).damaged(); found.n > 0)
      damaged.push_back(std::move(found));
  return damaged;
}

std::vector<std::string> damaged_constants(ResultsFile& file) {
  std::vector<std::string> damaged;
  for (const std::string& group : file.groups())
    for (const std::string& path : file.datasets(group, ResultsFile::Listing::with_scales)) {
      const std::string wanted = file.attribute(path, kContentChecksum);
      if (!wanted.empty() && content_checksum(file, path) != wanted) damaged.push_back(path);
    }
  return damaged;
}

}  // namespace cohort
