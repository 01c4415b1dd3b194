#include <cohort/core/variant.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool opens(char c) { return c == '[' || c == '(' || c == '{'; }
bool closes(char c) { return c == ']' || c == ')' || c == '}'; }

/// Where the quoted text that begins at `start` ends: the place of its last quote, or npos.
std::size_t end_of_quote(std::string_view text, std::size_t start) {
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i;
  }
  return std::string_view::npos;
}

/// The first of `marks` outside quotes and brackets, or npos. A quote counts where a word begins.
std::size_t find_outside(std::string_view text, char mark) {
  int depth = 0;
  bool at_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && at_start) {
      i = end_of_quote(text, i);
      if (i == std::string_view::npos) return i;
      at_start = false;
      continue;
    }
    if (c == mark && depth == 0) return i;
    if (opens(c)) ++depth;
    if (closes(c)) --depth;
    at_start = c == ',' || c == '=' || opens(c) || (at_start && kBlanks.find(c) != std::string_view::npos);
  }
  return std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (auto at = find_outside(text, mark); at != std::string_view::npos; at = find_outside(text, mark)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && end_of_quote(text, 0) == text.size() - 1;
}

std::string without_quotes(std::string_view text) {
  text = trimmed(text);
  if (!is_quoted(text)) return std::string(text);
  std::string result;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    result += text[i];
  }
  return result;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// Written as it is, `text` would be read as something else. `last` ends a word in its place: '/' a name, ',' a value.
bool needs_quotes(std::string_view text, char last) {
  if (text.empty()) return false;
  if (trimmed(text) != text || text.find('"') != std::string_view::npos) return true;
  if (text.front() == '[' || text.front() == '{') return true;
  int depth = 0;
  for (const char c : text) {
    if (c == last && depth == 0) return true;
    if (opens(c)) ++depth;
    if (closes(c) && --depth < 0) return true;
  }
  return depth != 0;
}

std::string word(std::string_view text, char last) {
  return needs_quotes(text, last) ? quoted(text) : std::string(text);
}

/// An element of a list also ends at a closing bracket.
std::string element(const std::string& text) {
  const bool is_plain = !text.empty() && text.find_first_of("[](){}\"\\, \t") == std::string::npos;
  return is_plain ? text : quoted(text);
}

}  // namespace

VariantValue::VariantValue(const Variant& nested) : value_(std::make_shared<const Variant>(nested)) {}

const Variant* VariantValue::nested() const {
  const auto* held = std::get_if<std::shared_ptr<const Variant>>(&value_);
  return held ? held->get() : nullptr;
}

bool VariantValue::operator==(const VariantValue& other) const {
  if (nested() && other.nested()) return *nested() == *other.nested();
  return value_ == other.value_;
}

void Variant::set(std::string parameter, VariantValue value) {
  parameters.emplace_back(std::move(parameter), std::move(value));
}

VariantValue parse_value(std::string_view text) {
  text = trimmed(text);
  const bool is_bracketed = text.size() >= 2 && !is_quoted(text);
  if (is_bracketed && text.front() == '{' && text.back() == '}') return parse_variant(text.substr(1, text.size() - 2));
  if (!is_bracketed || text.front() != '[' || text.back() != ']') return without_quotes(text);
  std::vector<std::string> list;
  const std::string_view inside = trimmed(text.substr(1, text.size() - 2));
  if (inside.empty()) return list;
  for (const std::string_view part : split(inside, ',')) list.push_back(without_quotes(part));
  return list;
}

Variant parse_variant(std::string_view text, std::string_view kind) {
  const auto slash = find_outside(text, '/');
  Variant variant{without_quotes(text.substr(0, slash)), {}};
  if (slash == std::string_view::npos) return variant;
  for (const std::string_view part : split(text.substr(slash + 1), ',')) {
    const auto equals = find_outside(part, '=');
    if (equals == std::string_view::npos)
      throw UserError(fmt::format("'{}' in {} '{}' is no parameter=value", trimmed(part), kind, text), "",
                      fmt::format("Write {}/parameter=value,parameter=value.", variant.name));
    variant.set(without_quotes(part.substr(0, equals)), parse_value(part.substr(equals + 1)));
  }
  return variant;
}

std::string to_text(const VariantValue& value) {
  if (const std::string* text = value.text()) return word(*text, ',');
  if (const Variant* nested = value.nested()) return fmt::format("{{{}}}", to_text(*nested));
  std::vector<std::string> elements;
  for (const std::string& text : *value.list()) elements.push_back(element(text));
  return fmt::format("[{}]", fmt::join(elements, ","));
}

std::string to_text(const Variant& variant) {
  std::string text = word(variant.name, '/');
  char before = '/';
  for (const auto& [parameter, value] : variant.parameters) {
    text += before + parameter + "=" + to_text(value);
    before = ',';
  }
  return text;
}

std::string plain_text(const VariantValue& value) {
  if (const std::string* text = value.text()) return *text;
  if (const Variant* nested = value.nested()) return to_text(*nested);
  return fmt::format("[{}]", fmt::join(*value.list(), ","));
}

}  // namespace cohort
