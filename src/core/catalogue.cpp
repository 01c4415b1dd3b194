#include <cohort/core/catalogue.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

namespace cohort {

Catalogue::Catalogue(std::string kind, std::vector<Description> descriptions)
    : kind_(std::move(kind)), descriptions_(std::move(descriptions)) {
  const auto has_pair = [&](std::size_t n, const Description& wanted) {
    return std::any_of(descriptions_.begin(), descriptions_.begin() + static_cast<std::ptrdiff_t>(n),
                       [&](const auto& d) { return d.name == wanted.name && d.family == wanted.family; });
  };
  for (std::size_t i = 1; i < descriptions_.size(); ++i) {
    const Description &before = descriptions_[i - 1], &after = descriptions_[i];
    if (before.name > after.name || has_pair(i, after))
      throw InternalError(fmt::format("the table of {}s is not sorted or has a duplicate: '{}' before '{}'", kind_,
                                      before.name, after.name));
  }
}

const Description& Catalogue::find(std::string_view name, std::string_view family) const {
  std::vector<std::string> known;
  for (const auto& description : descriptions_) {
    if (description.name == name && (family.empty() || description.family == family)) return description;
    if (known.empty() || known.back() != description.name) known.push_back(description.name);  // families may share it
  }
  if (const auto others = families(name); !others.empty())
    throw UserError(
        fmt::format("{} '{}' is for {} networks, not for {} ones", kind_, name, fmt::join(others, " and "), family));
  throw UserError(fmt::format("unknown {} '{}'", kind_, name),
                  fmt::format("known: {}", fmt::join(nearest_first(name, known), ", ")), did_you_mean(name, known));
}

std::vector<std::string> Catalogue::families(std::string_view name) const {
  std::vector<std::string> result;
  for (const auto& description : descriptions_)
    if (description.name == name) result.push_back(description.family);
  return result;
}

Parameters Catalogue::parse(std::string_view text, std::string_view family) const {
  return parse(parse_variant(text, kind_), family);
}

Parameters Catalogue::parse(const Variant& variant, std::string_view family) const {
  const Description& description = find(variant.name, family);
  std::vector<std::pair<std::string, std::string>> assignments;
  for (const auto& [parameter, value] : variant.parameters) assignments.emplace_back(parameter, plain_text(value));
  return {description, assignments};
}

std::string Catalogue::versioned(const Parameters& parameters) const {
  const std::string& name = parameters.name();
  return fmt::format("{}@{}{}", name, find(name, parameters.family()).version,
                     parameters.semantic().substr(name.size()));
}

}  // namespace cohort
