#include "toml_section.hpp"

#include "option_table.hpp"

#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace cohort {
namespace {

/// The keys of a table in the order of the file.
std::vector<std::string> in_order(const toml::table& table) {
  std::vector<std::pair<toml::source_position, std::string>> found;
  for (const auto& [key, node] : table) found.emplace_back(key.source().begin, std::string(key.str()));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (auto& [position, key] : found) result.push_back(std::move(key));
  return result;
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
  note(key);
  return table_ ? table_->get(key) : nullptr;
}

void TomlSection::note(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
}

bool TomlSection::has(std::string_view key) {
  note(std::string(key));
  return table_ && table_->contains(key);
}

bool TomlSection::is_list(std::string_view key) const {
  return table_ && table_->get(key) && table_->get(key)->is_array();
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

std::int64_t TomlSection::integer(const std::string& key, std::int64_t fallback, std::int64_t low, std::int64_t high) {
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

std::vector<TextOrTable> TomlSection::texts_or_tables(const std::string& key) {
  std::vector<TextOrTable> result;
  for (const toml::node* element : elements(key)) {
    if (!element->is_string() && !element->is_table()) refuse(*element, key, "text or table");
    result.push_back({element->value<std::string>().value_or(""),
                      {element->as_table(), name_.empty() ? key : name_ + "." + key, file_},
                      at(element->source())});
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

std::vector<TomlSection> TomlSection::sections(const std::string& key) {
  const toml::node* node = find(key);
  if (!node) return {};
  const toml::array* tables = node->as_array();
  if (!tables || !tables->is_array_of_tables())
    throw UserError(fmt::format("{} is no list of tables", key), fmt::format("write [[{}]]", key), "",
                    at(node->source()));
  std::vector<TomlSection> result;
  for (const toml::node& element : *tables) result.emplace_back(element.as_table(), key, file_);
  return result;
}

VariantValue TomlSection::value_of(const toml::node& node, const std::string& key) const {
  if (const auto value = node.value_exact<std::string>()) return *value;
  if (const auto value = node.value_exact<bool>()) return *value ? "true" : "false";
  if (const auto value = node.value_exact<std::int64_t>()) return fmt::format("{}", *value);
  if (const auto value = node.value_exact<double>()) return fmt::format("{}", *value);
  if (node.is_table()) return variant_of(node, key, "variant");
  const toml::array* array = node.as_array();
  if (!array) refuse(node, key, "number, list of numbers, text, true or false");
  std::vector<std::string> list;
  for (const toml::node& item : *array) {
    const auto number = item.value<double>();
    if (!number) refuse(item, key, "number");
    list.push_back(fmt::format("{}", *number));
  }
  return list;
}

VariantValue TomlSection::value(const std::string& key) { return value_of(*find(key), key); }

std::vector<VariantValue> TomlSection::values(const std::string& key) {
  std::vector<VariantValue> result;
  for (const toml::node* element : elements(key)) result.push_back(value_of(*element, key));
  return result;
}

Variant TomlSection::variant_of(const toml::node& node, const std::string& key, const std::string& kind) const {
  if (const auto text = node.value_exact<std::string>()) return parse_variant(*text, kind);
  const toml::table* table = node.as_table();
  if (!table) refuse(node, key, "text");
  const auto name = table->get("name") ? table->get("name")->value_exact<std::string>() : std::nullopt;
  if (!name || name->empty()) refuse(node, key, "table with a name");
  Variant variant = parse_variant(*name, kind);
  for (const std::string& parameter : in_order(*table))
    if (parameter != "name") variant.set(parameter, value_of(*table->get(parameter), parameter));
  return variant;
}

std::vector<Variant> TomlSection::variants(const std::string& key, const std::string& kind,
                                           const std::set<std::string>& own_names) {
  std::vector<Variant> result;
  for (const toml::node* element : elements(key)) {
    const auto text = element->value_exact<std::string>();
    try {
      if (text && own_names.contains(*text)) {
        result.push_back({*text, {}});
        continue;
      }
      result.push_back(variant_of(*element, key, kind));
    } catch (const UserError& error) {
      throw error.at(at(element->source()));
    }
  }
  return result;
}

std::vector<std::string> TomlSection::keys() const { return table_ ? in_order(*table_) : std::vector<std::string>(); }

void TomlSection::refuse_the_rest(const std::map<std::string, std::string>& hints) const {
  if (!table_) return;
  for (const std::string& key : keys()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string place = name_.empty() ? "" : fmt::format(" in [{}]", name_);
    const auto hint = hints.find(key);
    throw UserError(fmt::format("unknown key '{}'{}", key, place),
                    fmt::format("known: {}", fmt::join(nearest_first(key, known_), ", ")),
                    hint == hints.end() ? did_you_mean(key, known_) : hint->second,
                    at(table_->find(key)->first.source()));
  }
}

}  // namespace cohort
