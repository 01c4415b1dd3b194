#include <cohort/core/errors.hpp>
#include <cohort/store/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace cohort {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw InternalError("internal error: results file with " + why); }

bool fits_i32(double value) {
  return value == std::floor(value) && std::abs(value) <= std::numeric_limits<std::int32_t>::max();
}

std::size_t number_of(const Constants& constants) {
  return std::visit(
      [](const auto& values) -> std::size_t {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::monostate>)
          return 0;
        else
          return values.size();
      },
      constants);
}

/// The dimension scale of `dimension` in `group`.
DatasetInfo dimension_scale(const std::string& group, const Dimension& dimension) {
  DatasetInfo info;
  info.path = (group == "/" ? "" : group) + "/" + dimension.name;
  info.type = ValueType::i32;
  info.dimensions = {dimension.name};
  info.units = dimension.units;
  info.long_name = dimension.long_name;
  if (!dimension.labels.empty()) {
    info.type = ValueType::text;
    for (const auto& label : dimension.labels)
      info.text_length = std::max({info.text_length, label.size(), std::size_t{1}});
    info.constants = dimension.labels;
  } else if (dimension.values.empty()) {
    info.constants = Generated<std::int32_t>(dimension.size, [](std::size_t first, std::span<std::int32_t> values) {
      std::iota(values.begin(), values.end(), static_cast<std::int32_t>(first));
    });
  } else if (std::all_of(dimension.values.begin(), dimension.values.end(), fits_i32)) {
    info.constants = std::vector<std::int32_t>(dimension.values.begin(), dimension.values.end());
  } else {
    info.type = ValueType::f64;
    info.constants = dimension.values;
  }
  return info;
}

void validate(const Dimension& dimension) {
  if (dimension.size == 0) refuse("empty dimension " + dimension.name);
  if (!dimension.labels.empty() && !dimension.values.empty()) refuse("labels and values of " + dimension.name);
  const std::size_t n_coordinates = dimension.labels.size() + dimension.values.size();
  if (n_coordinates != 0 && n_coordinates != dimension.size) refuse("incomplete coordinates of " + dimension.name);
}

void validate(const Schema& schema, const DatasetInfo& info) {
  if (!info.path.starts_with('/') || info.path.ends_with('/')) refuse("bad path " + info.path);
  if ((info.type == ValueType::text) != (info.text_length > 0)) refuse("bad text length of " + info.path);
  const std::size_t n_constants = number_of(info.constants);
  if (n_constants != 0 && n_constants != volume(schema.extent(info))) refuse("incomplete constants of " + info.path);
}

}  // namespace

std::size_t bytes_of(ValueType type, std::size_t text_length) {
  switch (type) {
    case ValueType::u8:
      return 1;
    case ValueType::i32:
    case ValueType::f32:
      return 4;
    case ValueType::i64:
    case ValueType::u64:
    case ValueType::f64:
      return 8;
    case ValueType::text:
      return text_length;
  }
  throw InternalError("unknown value type");
}

const Dimension& Schema::dimension(std::string_view name) const {
  for (const auto& candidate : dimensions)
    if (candidate.name == name) return candidate;
  refuse(fmt::format("unknown dimension {}", name));
}

Extent Schema::extent(const DatasetInfo& info) const {
  Extent sizes;
  for (const auto& name : info.dimensions) sizes.push_back(dimension(name).size);
  return sizes;
}

void Schema::append(const Schema& other) {
  for (const auto& added : other.dimensions) {
    const auto same = [&](const Dimension& dimension) { return dimension.name == added.name; };
    const auto known = std::find_if(dimensions.begin(), dimensions.end(), same);
    if (known == dimensions.end())
      dimensions.push_back(added);
    else if (known->size != added.size)
      refuse("two sizes of dimension " + added.name);
  }
  datasets.insert(datasets.end(), other.datasets.begin(), other.datasets.end());
  attributes.insert(other.attributes.begin(), other.attributes.end());
}

void validate(const Schema& schema) {
  std::set<std::string> names;
  for (const auto& dimension : schema.dimensions) {
    validate(dimension);
    if (!names.insert(dimension.name).second) refuse("two dimensions " + dimension.name);
  }
  std::set<std::string> paths;
  for (const auto& info : dimension_scales(schema)) paths.insert(info.path);
  for (const auto& info : schema.datasets) {
    validate(schema, info);
    if (!paths.insert(info.path).second) refuse("two datasets " + info.path);
  }
}

std::string character_axis(std::size_t text_length) { return fmt::format("string{}", text_length); }

Schema with_character_axes(Schema schema) {
  for (DatasetInfo& info : schema.datasets) {
    if (info.type != ValueType::text || number_of(info.constants) > 0) continue;
    const Dimension characters{character_axis(info.text_length), info.text_length, "byte of a text in UTF-8"};
    const auto same = [&](const Dimension& dimension) { return dimension.name == characters.name; };
    if (std::none_of(schema.dimensions.begin(), schema.dimensions.end(), same)) schema.dimensions.push_back(characters);
    info.dimensions.push_back(characters.name);
    info.text_length = 1;
  }
  return schema;
}

std::vector<DatasetInfo> dimension_scales(const Schema& schema) {
  std::set<std::pair<std::string, std::string>> used;  // group, dimension
  for (const auto& info : schema.datasets)
    for (const auto& name : info.dimensions) used.emplace(group_of(info.path), name);
  std::vector<DatasetInfo> scales;
  for (const auto& [group, name] : used) scales.push_back(dimension_scale(group, schema.dimension(name)));
  return scales;
}

std::uint64_t storage_bytes(const Schema& schema) {
  constexpr std::uint64_t metadata_per_dataset = 8192, superblock = 65536;  // headers, attributes, B-tree nodes
  constexpr std::uint64_t reference = 16, heap_entry = 32;                  // of a string of any length
  std::uint64_t total = superblock;
  const auto add = [&](const DatasetInfo& info) {
    const bool is_string = info.type == ValueType::text && number_of(info.constants) > 0;
    const std::uint64_t bytes = bytes_of(info.type, info.text_length) + (is_string ? reference + heap_entry : 0);
    total += metadata_per_dataset + bytes * volume(schema.extent(info));
    for (const auto& meaning : info.flag_meanings) total += meaning.size() + sizeof(std::int32_t);
  };
  for (const auto& info : dimension_scales(schema)) add(info);
  for (const auto& info : schema.datasets) add(info);
  for (const auto& [name, text] : schema.attributes) total += name.size() + text.size();
  return total;
}

StorageCost storage_cost(const Schema& schema) {
  StorageCost cost;
  for (const auto& info : schema.datasets) {
    const auto along = [&](const char* name) { return std::ranges::count(info.dimensions, name) > 0; };
    if (!along("run")) continue;
    const std::uint64_t runs = schema.dimension("run").size;
    const std::uint64_t bytes = bytes_of(info.type, info.text_length) * volume(schema.extent(info)) / runs;
    if (along("other_run"))
      cost.per_pair += bytes / schema.dimension("other_run").size;
    else
      cost.per_run += bytes;
  }
  return cost;
}

std::string group_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::size_t volume(const Extent& extent) {
  return std::accumulate(extent.begin(), extent.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace cohort
