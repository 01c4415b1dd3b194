#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/core/variant.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// The documentation side of a registry: which names of one kind exist, and how a user's text becomes Parameters.
class Catalogue {
 public:
  /// `kind` is the word of messages ("rule"). `descriptions` must be sorted by name, each name once.
  Catalogue(std::string kind, std::vector<Description> descriptions);

  const std::string& kind() const { return kind_; }
  const std::vector<Description>& descriptions() const { return descriptions_; }

  /// The entry called `name`. Throws UserError that lists the known names, nearest first.
  const Description& find(std::string_view name) const;

  /// Checks a variant, which may be given as its text. Throws UserError.
  Parameters parse(const Variant& variant) const;
  Parameters parse(std::string_view text) const;

  /// Semantic text with the component's version, `name@1/a=1,b=2`: equal text, equal results.
  std::string versioned(const Parameters& parameters) const;

 private:
  std::string kind_;
  std::vector<Description> descriptions_;
};

}  // namespace cohort
