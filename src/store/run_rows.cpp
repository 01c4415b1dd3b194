#include "run_rows.hpp"

#include <cohort/core/errors.hpp>

#include <algorithm>

namespace cohort {
namespace {

/// The file has these numbers.
template <class Value>
bool has_numbers(ResultsFile& file, const std::string& path, const Generated<Value>& wanted) {
  if (!file.has(path) || file.is_text(path) || file.extent(path) != Extent{wanted.size()}) return false;
  return wanted.each_block([&](std::size_t first, const std::vector<Value>& values) {
    return std::ranges::equal(file.read<double>(path, {first}, {values.size()}), values);
  });
}

}  // namespace

bool is_dataset_of(const std::string& group, const DatasetInfo& info) { return group_of(info.path) == group; }

bool belongs_to_one_run(const DatasetInfo& info) {
  return !info.dimensions.empty() && info.dimensions.front() == "run" && !is_dataset_of("/design", info);
}

const Generated<std::string>& keys_of(const Schema& schema) {
  for (const auto& info : schema.datasets)
    if (info.path == "/design/key") return std::get<Generated<std::string>>(info.constants);
  throw InternalError("a study's results need /design/key");
}

std::vector<std::string> levels_of(const Schema& schema) {
  for (const auto& dimension : schema.dimensions)
    if (dimension.name == "level") return dimension.labels;
  return {};
}

std::string attribute_of(const Schema& schema, const std::string& name) {
  const auto found = schema.attributes.find(name);
  return found == schema.attributes.end() ? "" : found->second;
}

bool has_texts(ResultsFile& file, const std::string& path, const Generated<std::string>& wanted) {
  if (!file.has(path) || !file.is_text(path) || file.extent(path) != Extent{wanted.size()}) return false;
  return wanted.each_block([&](std::size_t first, const std::vector<std::string>& texts) {
    return file.read_text(path, {first}, {texts.size()}) == texts;
  });
}

bool has_scale(ResultsFile& file, const DatasetInfo& scale) {
  if (const auto* labels = std::get_if<Generated<std::string>>(&scale.constants))
    return has_texts(file, scale.path, *labels);
  if (const auto* values = std::get_if<Generated<double>>(&scale.constants))
    return has_numbers(file, scale.path, *values);
  return has_numbers(file, scale.path, std::get<Generated<std::int32_t>>(scale.constants));
}

std::set<std::string> unchanged_paths(ResultsFile& file, const Schema& schema) {
  std::set<std::string> scales, datasets;
  for (const auto& scale : dimension_scales(schema))
    if (has_scale(file, scale)) scales.insert(scale.path);
  for (const auto& info : schema.datasets) {
    const std::string group = group_of(info.path) == "/" ? "" : group_of(info.path);
    const bool same_axes = std::all_of(info.dimensions.begin(), info.dimensions.end(),
                                       [&](const std::string& name) { return scales.contains(group + "/" + name); });
    if (same_axes && file.has(info.path) && file.extent(info.path) == schema.extent(info) &&
        file.value_type(info.path) == info.type)
      datasets.insert(info.path);
  }
  return datasets;
}

bool fits(const DatasetInfo& info, const Extent& from, const Extent& to) {
  if (from.size() != to.size()) return false;
  for (std::size_t axis = 1; axis + 1 < from.size(); ++axis)
    if (from[axis] != to[axis] && info.dimensions[axis] != "level") return false;
  return from.size() < 2 || info.dimensions.back() == "level" || from.back() <= to.back();
}

}  // namespace cohort
