#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/core/parameters.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace cohort {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& value) {
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  return error == std::errc() && stop == end;
}

/// A checked value as part of a variant's text: free texts may need quotes, variants stand in braces.
std::string as_written(ParameterKind kind, const std::string& value) {
  if (kind == ParameterKind::variant) return "{" + value + "}";
  if (kind != ParameterKind::text && kind != ParameterKind::path) return value;
  const VariantValue parsed = parse_value(value);  // a list may be given as a text
  return to_text(parsed.list() && plain_text(parsed) == value ? parsed : VariantValue(value));
}

/// The value in canonical form, or a UserError that names the parameter.
std::string checked(const std::string& owner, const ParameterInfo& info, const std::string& value) {
  const auto refuse = [&](const std::string& why, const std::string& suggestion = "") -> std::string {
    throw UserError(fmt::format("{}={} is not possible for {}", info.name, value, owner), why, suggestion);
  };
  switch (info.kind) {
    case ParameterKind::number: {
      double number = 0;
      if (!parse_number(value, number) || !std::isfinite(number)) return refuse("a " + info.legal() + " is needed");
      if (number < info.low || number > info.high) return refuse("a " + info.legal() + " is needed");
      return fmt::format("{}", number == 0 ? 0.0 : number);
    }
    case ParameterKind::integer: {
      std::int64_t number = 0;
      if (!parse_number(value, number)) return refuse("an " + info.legal() + " is needed");
      if (static_cast<double>(number) < info.low || static_cast<double>(number) > info.high)
        return refuse("an " + info.legal() + " is needed");
      return fmt::format("{}", number);
    }
    case ParameterKind::flag:
      if (value != "true" && value != "false") return refuse("true or false is needed");
      return value;
    case ParameterKind::choice:
      if (std::find(info.choices.begin(), info.choices.end(), value) == info.choices.end())
        return refuse(fmt::format("known: {}", fmt::join(nearest_first(value, info.choices), ", ")),
                      did_you_mean(value, info.choices));
      return value;
    case ParameterKind::values:
      try {
        return Values(value, info.low, info.high).canonical();
      } catch (const UserError& error) {
        return refuse(error.what());
      }
    case ParameterKind::list:
      try {
        if (const Values values(value, info.low, info.high); values.is_list()) return values.canonical();
      } catch (const UserError&) {  // what a distribution would look like is not to be told here
      }
      return refuse("a " + info.legal() + " is needed");
    case ParameterKind::variant:
      return to_text(parse_variant(value));
    case ParameterKind::text:
    case ParameterKind::path:
      return value;
  }
  throw InternalError("unknown parameter kind");
}

}  // namespace

ParameterInfo ParameterInfo::number(std::string name, double fallback, double low, double high, std::string unit,
                                    std::string description) {
  return {std::move(name),
          ParameterKind::number,
          fmt::format("{}", fallback),
          std::move(unit),
          std::move(description),
          low,
          high};
}

ParameterInfo ParameterInfo::integer(std::string name, std::int64_t fallback, std::int64_t low, std::int64_t high,
                                     std::string unit, std::string description) {
  return {std::move(name),        ParameterKind::integer,   fmt::format("{}", fallback), std::move(unit),
          std::move(description), static_cast<double>(low), static_cast<double>(high)};
}

ParameterInfo ParameterInfo::flag(std::string name, bool fallback, std::string description) {
  return {std::move(name), ParameterKind::flag, fallback ? "true" : "false", "", std::move(description)};
}

ParameterInfo ParameterInfo::choice(std::string name, std::string fallback, std::vector<std::string> choices,
                                    std::string description) {
  ParameterInfo info{std::move(name), ParameterKind::choice, std::move(fallback), "", std::move(description)};
  info.choices = std::move(choices);
  return info;
}

ParameterInfo ParameterInfo::text(std::string name, std::string fallback, std::string description) {
  return {std::move(name), ParameterKind::text, std::move(fallback), "", std::move(description)};
}

ParameterInfo ParameterInfo::path(std::string name, std::string description) {
  return {std::move(name), ParameterKind::path, "", "", std::move(description)};
}

ParameterInfo ParameterInfo::variant(std::string name, std::string fallback, std::string description) {
  return {std::move(name), ParameterKind::variant, std::move(fallback), "", std::move(description)};
}

ParameterInfo ParameterInfo::values(std::string name, std::string fallback, double low, double high, std::string unit,
                                    std::string description) {
  return {
      std::move(name), ParameterKind::values, std::move(fallback), std::move(unit), std::move(description), low, high};
}

ParameterInfo ParameterInfo::list(std::string name, const std::vector<double>& fallback, double low, double high,
                                  std::string unit, std::string description) {
  return {std::move(name),
          ParameterKind::list,
          fmt::format("[{}]", fmt::join(fallback, ",")),
          std::move(unit),
          std::move(description),
          low,
          high};
}

std::string ParameterInfo::legal() const {
  if (kind == ParameterKind::flag) return "true or false";
  if (kind == ParameterKind::choice) return fmt::format("one of {}", fmt::join(choices, ", "));
  if (kind == ParameterKind::text) return "text";
  if (kind == ParameterKind::path) return "path";
  if (kind == ParameterKind::variant) return "variant name/parameter=value,...";
  const std::string word = kind == ParameterKind::number   ? "number"
                           : kind == ParameterKind::values ? "number, list or distribution"
                           : kind == ParameterKind::list   ? "list [a, b] of numbers"
                                                           : "integer";
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  const bool wide = high >= 1e9;  // limits that only keep a number representable are not worth telling
  if (has_low && has_high && !wide) return fmt::format("{} in [{}, {}]", word, low, high);
  if (has_low) return fmt::format("{} of at least {}", word, low);
  if (has_high && !wide) return fmt::format("{} of at most {}", word, high);
  return word;
}

Parameters::Parameters(const Description& description,
                       const std::vector<std::pair<std::string, std::string>>& assignments)
    : name_(description.name), family_(description.family) {
  std::vector<std::string> known;
  for (const auto& info : description.parameters) known.push_back(info.name);
  for (const auto& [name, value] : assignments) {
    const auto info = std::find_if(description.parameters.begin(), description.parameters.end(),
                                   [&](const ParameterInfo& candidate) { return candidate.name == name; });
    if (info == description.parameters.end()) {
      const std::string why =
          known.empty() ? "it has none" : fmt::format("known: {}", fmt::join(nearest_first(name, known), ", "));
      throw UserError(fmt::format("unknown parameter '{}' of {}", name, name_), why, did_you_mean(name, known));
    }
    if (!values_.emplace(name, checked(name_, *info, value)).second)
      throw UserError(fmt::format("parameter '{}' of {} is given twice", name, name_));
  }
  canonical_ = semantic_ = name_;
  char mark = '/';
  for (const auto& info : description.parameters) {
    const auto [value, filled] = values_.emplace(info.name, "");
    const std::string fallback = checked(name_, info, info.fallback);
    if (filled) value->second = fallback;
    if (info.kind == ParameterKind::values || info.kind == ParameterKind::list)
      limits_[info.name] = {info.low, info.high};
    if (info.is_later && value->second == fallback) continue;
    const std::string start = mark + info.name + "=";
    mark = ',';
    const std::string written = start + as_written(info.kind, value->second);
    canonical_ += written;
    semantic_ += info.kind == ParameterKind::path ? start : written;
  }
}

const std::string& Parameters::text(std::string_view parameter) const {
  const auto found = values_.find(parameter);
  if (found == values_.end()) throw InternalError(fmt::format("{} has no parameter '{}'", name_, parameter));
  return found->second;
}

double Parameters::number(std::string_view parameter) const {
  double value = 0;
  expects(parse_number(text(parameter), value), "a number parameter");
  return value;
}

std::int64_t Parameters::integer(std::string_view parameter) const {
  std::int64_t value = 0;
  expects(parse_number(text(parameter), value), "an integer parameter");
  return value;
}

Values Parameters::values(std::string_view parameter) const {
  const auto found = limits_.find(parameter);
  expects(found != limits_.end(), "a parameter with values");
  return {text(parameter), found->second.first, found->second.second};
}

Variant Parameters::variant(std::string_view parameter) const { return parse_variant(text(parameter)); }

std::vector<double> Parameters::list(std::string_view parameter) const { return values(parameter).list(); }

bool Parameters::flag(std::string_view parameter) const { return text(parameter) == "true"; }

}  // namespace cohort
