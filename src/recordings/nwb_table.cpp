#include "nwb_table.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cohort {
namespace {

const std::string kIndex = "_index";

/// Levels of rows, each of which says `key` or nothing, in the order of the keys.
template <class Key, class Label>
RowLevels levels_of(const std::vector<Key>& keys, const std::vector<bool>& says_something, const Label& label) {
  std::map<Key, int> numbers;
  for (std::size_t row = 0; row < keys.size(); ++row)
    if (says_something[row]) numbers[keys[row]] = 0;
  RowLevels levels;
  for (auto& [key, number] : numbers) {
    number = static_cast<int>(levels.labels.size());
    levels.labels.push_back(label(key));
  }
  for (std::size_t row = 0; row < keys.size(); ++row)
    levels.level_of.push_back(says_something[row] ? numbers.at(keys[row]) : -1);
  return levels;
}

bool has_nan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

}  // namespace

std::vector<std::size_t> ends_of_parts(const NpyArray& index, std::size_t n_values, const std::string& path) {
  std::vector<std::size_t> ends;
  double last = 0;
  for (const double end : index.values) {
    if (!(end >= last) || end > static_cast<double>(n_values) || end != std::floor(end))
      throw UserError("damaged index",
                      fmt::format("entry {} is {}, after {} and with {} values", ends.size(), end, last, n_values), "",
                      {path});
    ends.push_back(static_cast<std::size_t>(end));
    last = end;
  }
  return ends;
}

NwbTable::NwbTable(const Hdf5ArrayArchive& archive, std::string group) : archive_(archive), group_(std::move(group)) {
  if (!archive.has(group_)) throw UserError("has no table " + group_);
  std::vector<std::string> names;
  for (const std::string& path : archive.datasets())
    if (path.starts_with(group_ + "/") && path.find('/', group_.size() + 1) == std::string::npos)
      names.push_back(path.substr(group_.size() + 1));
  const auto is_there = [&](const std::string& name) { return std::ranges::count(names, name) > 0; };
  for (const std::string& name : names) {
    const bool is_index = name.ends_with(kIndex) && is_there(name.substr(0, name.size() - kIndex.size()));
    const bool is_readable = archive.holds_numbers(path_of(name)) || archive.holds_texts(path_of(name));
    if (!is_index && name != "id" && is_readable && !archive.shape(path_of(name)).empty()) columns_.push_back(name);
  }
  const std::string counted = is_there("id") ? "id" : columns_.empty() ? "" : columns_.front();
  if (counted.empty() || archive.shape(path_of(counted)).empty()) throw UserError("has no columns in " + group_);
  n_rows_ = archive.shape(path_of(is_there(counted + kIndex) ? counted + kIndex : counted))[0];
}

bool NwbTable::has(const std::string& column) const { return std::ranges::count(columns_, column) > 0; }

void NwbTable::check(const std::string& column) const {
  if (has(column)) return;
  throw UserError(fmt::format("{} has no column '{}'", group_, column),
                  fmt::format("it has: {}", fmt::join(columns_, ", ")), did_you_mean(column, columns_));
}

bool NwbTable::holds_texts(const std::string& column) const {
  check(column);
  return archive_.holds_texts(path_of(column));
}

std::vector<std::size_t> NwbTable::ends(const std::string& column) const {
  const std::vector<std::size_t> shape = archive_.shape(path_of(column));
  const std::string index = path_of(column + kIndex);
  std::vector<std::size_t> ends;
  if (archive_.has(index + kIndex))
    throw UserError(fmt::format("column '{}' of {} holds lists of lists", column, group_), "one number is needed");
  if (archive_.has(index))
    ends = ends_of_parts(archive_.read(index), shape[0], archive_.path_of(index));
  else
    for (std::size_t row = 0; row < shape[0]; ++row) ends.push_back(row + 1);
  if (ends.size() != n_rows_)
    throw UserError(fmt::format("column '{}' of {} has {} rows", column, group_, ends.size()),
                    fmt::format("the table has {}", n_rows_));
  return ends;
}

std::vector<std::vector<double>> NwbTable::lists(const std::string& column) const {
  if (holds_texts(column))
    throw UserError(fmt::format("column '{}' of {} holds texts", column, group_), "numbers are needed");
  const NpyArray array = archive_.read(path_of(column));
  const std::size_t width = array.shape[0] == 0 ? 0 : array.size() / array.shape[0];
  std::vector<std::vector<double>> rows;
  std::size_t begin = 0;
  for (const std::size_t end : ends(column)) {
    const auto first = array.values.begin();
    rows.emplace_back(first + static_cast<std::ptrdiff_t>(begin * width),
                      first + static_cast<std::ptrdiff_t>(end * width));
    begin = end;
  }
  return rows;
}

std::vector<double> NwbTable::numbers(const std::string& column) const {
  std::vector<double> numbers;
  for (const std::vector<double>& row : lists(column))
    numbers.push_back(row.empty() ? std::numeric_limits<double>::quiet_NaN() : row.front());
  return numbers;
}

std::vector<std::string> NwbTable::joined_texts(const std::string& column) const {
  const std::vector<std::string> texts = archive_.texts(path_of(column));
  const std::size_t n_values = archive_.shape(path_of(column))[0], width = n_values == 0 ? 0 : texts.size() / n_values;
  std::vector<std::string> rows;
  std::size_t begin = 0;
  for (const std::size_t end : ends(column)) {
    const auto first = texts.begin();
    rows.push_back(fmt::format("{}", fmt::join(first + static_cast<std::ptrdiff_t>(begin * width),
                                               first + static_cast<std::ptrdiff_t>(end * width), ", ")));
    begin = end;
  }
  return rows;
}

RowLevels NwbTable::levels(const std::string& column) const {
  std::vector<bool> says_something;
  if (holds_texts(column)) {
    const std::vector<std::string> texts = joined_texts(column);
    for (const std::string& text : texts) says_something.push_back(!text.empty());
    return levels_of(texts, says_something, [](const std::string& text) { return text; });
  }
  const std::vector<std::vector<double>> rows = lists(column);
  for (const std::vector<double>& row : rows) says_something.push_back(!row.empty() && !has_nan(row));
  return levels_of(rows, says_something,
                   [](const std::vector<double>& row) { return fmt::format("{}", fmt::join(row, ", ")); });
}

}  // namespace cohort
