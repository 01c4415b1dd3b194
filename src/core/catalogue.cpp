#include <cohort/core/catalogue.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cohort {

Catalogue::Catalogue(std::string kind, std::vector<Description> descriptions)
    : kind_(std::move(kind)), descriptions_(std::move(descriptions)) {
  for (std::size_t i = 1; i < descriptions_.size(); ++i) {
    if (descriptions_[i - 1].name >= descriptions_[i].name)
      throw InternalError(fmt::format("the table of {}s is not sorted or has a duplicate: '{}' before '{}'", kind_,
                                      descriptions_[i - 1].name, descriptions_[i].name));
  }
}

const Description& Catalogue::find(std::string_view name) const {
  std::vector<std::string> known;
  for (const auto& description : descriptions_) {
    if (description.name == name) return description;
    known.push_back(description.name);
  }
  throw UserError(fmt::format("unknown {} '{}'", kind_, name),
                  fmt::format("known: {}", fmt::join(nearest_first(name, known), ", ")), did_you_mean(name, known));
}

Parameters Catalogue::parse(std::string_view text) const { return parse(parse_variant(text, kind_)); }

Parameters Catalogue::parse(const Variant& variant) const {
  const Description& description = find(variant.name);
  std::vector<std::pair<std::string, std::string>> assignments;
  for (const auto& [parameter, value] : variant.parameters) assignments.emplace_back(parameter, plain_text(value));
  return {description, assignments};
}

std::string Catalogue::versioned(const Parameters& parameters) const {
  const std::string& name = parameters.name();
  return fmt::format("{}@{}{}", name, find(name).version, parameters.semantic().substr(name.size()));
}

}  // namespace cohort
