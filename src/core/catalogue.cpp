#include <cohort/core/catalogue.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tuple>

namespace cohort {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// Splits at commas that stand outside brackets.
std::vector<std::string> split_assignments(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

Catalogue::Catalogue(std::string kind, std::vector<Description> descriptions)
    : kind_(std::move(kind)), descriptions_(std::move(descriptions)) {
  for (std::size_t i = 1; i < descriptions_.size(); ++i) {
    const Description &before = descriptions_[i - 1], &after = descriptions_[i];
    if (std::tie(before.name, before.family) >= std::tie(after.name, after.family))
      throw InternalError(fmt::format("the table of {}s is not sorted or has a duplicate: '{}' before '{}'", kind_,
                                      before.name, after.name));
  }
}

const Description& Catalogue::find(std::string_view name, std::string_view family) const {
  std::vector<std::string> known;
  for (const auto& description : descriptions_) {
    if (description.name == name && (family.empty() || description.family == family)) return description;
    known.push_back(description.name);
  }
  if (const auto others = families(name); !others.empty())
    throw UserError(fmt::format("{} '{}' is for {} networks, not for {} ones", kind_, name, fmt::join(others, " and "),
                                family));
  throw UserError(fmt::format("unknown {} '{}'", kind_, name),
                  fmt::format("known: {}", fmt::join(nearest_first(name, known), ", ")), did_you_mean(name, known));
}

std::vector<std::string> Catalogue::families(std::string_view name) const {
  std::vector<std::string> result;
  for (const auto& description : descriptions_)
    if (description.name == name) result.push_back(description.family);
  return result;
}

Parameters Catalogue::parse(std::string_view variant, std::string_view family) const {
  const auto slash = variant.find('/');
  const Description& description = find(trimmed(variant.substr(0, slash)), family);
  std::vector<std::pair<std::string, std::string>> assignments;
  if (slash != std::string_view::npos) {
    for (const auto& part : split_assignments(variant.substr(slash + 1))) {
      const auto equals = part.find('=');
      if (equals == std::string::npos)
        throw UserError(fmt::format("'{}' in {} '{}' is no parameter=value", trimmed(part), kind_, variant), "",
                        fmt::format("Write {}/parameter=value,parameter=value.", description.name));
      assignments.emplace_back(trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1)));
    }
  }
  return {description, assignments};
}

std::string Catalogue::versioned(const Parameters& parameters) const {
  const auto& text = parameters.semantic();
  const auto slash = text.find('/');
  return fmt::format("{}@{}{}", parameters.name(), find(parameters.name(), parameters.family()).version,
                     slash == std::string::npos ? "" : text.substr(slash));
}

}  // namespace cohort
