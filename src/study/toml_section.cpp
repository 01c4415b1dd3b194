#include "toml_section.hpp"

#include <cohort/core/nearest_name.hpp>
#include <cohort/core/variant.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace cohort {
namespace {

std::string range_text(const std::string& what, double low, double high) {
  if (high >= 1e9) return fmt::format("{} of at least {}", what, low);
  return fmt::format("{} in [{}, {}]", what, low, high);
}

}  // namespace

SourceLocation TomlSection::at(const toml::source_region& region) const {
  return {file_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

SourceLocation TomlSection::where() const { return table_ ? at(table_->source()) : SourceLocation{file_}; }

SourceLocation TomlSection::where(const std::string& key, std::size_t index) const {
  const toml::node* node = table_ ? table_->get(key) : nullptr;
  if (!node) return where();
  if (const toml::array* array = node->as_array(); array && index < array->size()) node = array->get(index);
  return at(node->source());
}

const toml::node* TomlSection::find(const std::string& key) {
  known_.push_back(key);
  return table_ ? table_->get(key) : nullptr;
}

bool TomlSection::has(std::string_view key) {
  known_.emplace_back(key);
  return table_ && table_->contains(key);
}

void TomlSection::refuse(const toml::node& node, const std::string& key, const std::string& needed) const {
  const std::string place = name_.empty() ? "" : fmt::format("[{}] ", name_);
  std::ostringstream value;
  node.visit([&](const auto& written) {
    if constexpr (toml::is_value<decltype(written)>) value << " = " << written;
  });
  const bool has_article = needed == "text" || needed.starts_with("true");
  const char* article = has_article ? "" : needed.starts_with("integer") ? "an " : "a ";
  throw UserError(fmt::format("{}{}{} is not possible", place, key, value.str()),
                  fmt::format("{}{} is needed", article, needed), "", at(node.source()));
}

std::string TomlSection::text(const std::string& key) {
  const toml::node* node = find(key);
  if (!node) throw UserError(fmt::format("[{}] lacks the key '{}'", name_, key), "", "", where());
  if (!node->is_string()) refuse(*node, key, "text");
  return std::string(*node->value<std::string>());
}

std::string TomlSection::text(const std::string& key, const std::string& fallback) {
  return table_ && table_->contains(key) ? text(key) : (find(key), fallback);
}

bool TomlSection::flag(const std::string& key, bool fallback) {
  const toml::node* node = find(key);
  if (!node) return fallback;
  if (!node->is_boolean()) refuse(*node, key, "true or false");
  return *node->value<bool>();
}

std::int64_t TomlSection::integer(const std::string& key, std::int64_t fallback, std::int64_t low,
                                  std::int64_t high) {
  const toml::node* node = find(key);
  if (!node) return fallback;
  const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
  if (!value || *value < low || *value > high)
    refuse(*node, key, range_text("integer", static_cast<double>(low), static_cast<double>(high)));
  return *value;
}

double TomlSection::number(const std::string& key, double fallback, double low, double high) {
  const toml::node* node = find(key);
  if (!node) return fallback;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !(*value >= low && *value <= high)) refuse(*node, key, range_text("number", low, high));
  return *value;
}

std::vector<const toml::node*> TomlSection::elements(const std::string& key) {
  const toml::node* node = find(key);
  if (!node) return {};
  const toml::array* array = node->as_array();
  if (!array) return {node};
  std::vector<const toml::node*> result;
  for (const toml::node& element : *array) result.push_back(&element);
  return result;
}

std::vector<std::string> TomlSection::texts(const std::string& key) {
  std::vector<std::string> result;
  for (const toml::node* element : elements(key)) {
    if (!element->is_string()) refuse(*element, key, "text");
    result.push_back(*element->value<std::string>());
  }
  return result;
}

std::vector<double> TomlSection::numbers(const std::string& key, double low, double high) {
  std::vector<double> result;
  for (const toml::node* element : elements(key)) {
    const auto value = element->is_number() ? element->value<double>() : std::nullopt;
    if (!value || !(*value >= low && *value <= high)) refuse(*element, key, range_text("number", low, high));
    result.push_back(*value);
  }
  return result;
}

std::vector<std::int64_t> TomlSection::integers(const std::string& key, std::int64_t low, std::int64_t high) {
  std::vector<std::int64_t> result;
  for (const toml::node* element : elements(key)) {
    const auto value = element->is_integer() ? element->value<std::int64_t>() : std::nullopt;
    if (!value || *value < low || *value > high)
      refuse(*element, key, range_text("integer", static_cast<double>(low), static_cast<double>(high)));
    result.push_back(*value);
  }
  return result;
}

TomlSection TomlSection::section(const std::string& key) {
  const toml::node* node = find(key);
  if (node && !node->is_table()) refuse(*node, key, "table");
  return {node ? node->as_table() : nullptr, name_.empty() ? key : name_ + "." + key, file_};
}

std::string TomlSection::as_assignment(const std::string& key) { return assigned_text(*find(key), key); }

std::string TomlSection::assigned_text(const toml::node& node, const std::string& key) const {
  if (const auto value = node.value_exact<std::string>()) return *value;
  if (const auto value = node.value_exact<bool>()) return *value ? "true" : "false";
  if (const auto value = node.value_exact<std::int64_t>()) return fmt::format("{}", *value);
  if (const auto value = node.value_exact<double>()) return fmt::format("{}", *value);
  if (const toml::array* list = node.as_array()) {
    std::vector<double> numbers;
    for (const toml::node& item : *list) {
      const auto number = item.value<double>();
      if (!number) refuse(item, key, "number");
      numbers.push_back(*number);
    }
    return fmt::format("[{}]", fmt::join(numbers, ","));
  }
  refuse(node, key, "number, list of numbers, text, true or false");
}

std::string TomlSection::variant_text(const toml::table& table) const {
  const auto name = table["name"].value_exact<std::string>();
  if (!name) refuse(table, "name", "text");
  Variant variant = Variant::parse(*name);
  for (const std::string& key : TomlSection(&table, name_, file_).keys())
    if (key != "name") variant.parameters.emplace_back(key, assigned_text(*table.get(key), key));
  return variant.text();
}

std::vector<std::string> TomlSection::variants(const std::string& key) {
  std::vector<std::string> result;
  for (const toml::node* element : elements(key)) {
    if (const toml::table* table = element->as_table()) {
      result.push_back(variant_text(*table));
      continue;
    }
    if (!element->is_string()) refuse(*element, key, "text");
    result.push_back(*element->value<std::string>());
  }
  return result;
}

std::vector<std::string> TomlSection::patterns(const std::string& key) {
  std::vector<std::string> result;
  for (const toml::node* element : elements(key)) {
    if (element->is_array()) refuse(*element, key, "text or number");
    result.push_back(assigned_text(*element, key));
  }
  return result;
}

std::vector<std::string> TomlSection::keys() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  if (table_)
    for (const auto& [key, node] : *table_) found.emplace_back(key.source().begin, std::string(key.str()));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (auto& [position, key] : found) result.push_back(std::move(key));
  return result;
}

void TomlSection::refuse_the_rest() const {
  if (!table_) return;
  for (const std::string& key : keys()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string place = name_.empty() ? "" : fmt::format(" in [{}]", name_);
    throw UserError(fmt::format("unknown key '{}'{}", key, place),
                    fmt::format("known: {}", fmt::join(nearest_first(key, known_), ", ")), did_you_mean(key, known_),
                    at(table_->find(key)->first.source()));
  }
}

}  // namespace cohort
