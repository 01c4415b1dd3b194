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
  /// `kind` is the word of messages ("rule"). `descriptions` must be sorted by name, each pair of name
  /// and family once.
  Catalogue(std::string kind, std::vector<Description> descriptions);

  const std::string& kind() const { return kind_; }
  const std::vector<Description>& descriptions() const { return descriptions_; }

  /// The entry called `name` in `family`; without a family the first one of that name. Throws UserError that lists the
  /// known names, nearest first, or says which family has the name.
  const Description& find(std::string_view name, std::string_view family = "") const;

  /// The families that have an entry called `name`, in the order of the table.
  std::vector<std::string> families(std::string_view name) const;

  /// Checks a variant, which may be given as its text; which parameters there are may depend on the family. Throws
  /// UserError.
  Parameters parse(const Variant& variant, std::string_view family = "") const;
  Parameters parse(std::string_view text, std::string_view family = "") const;

  /// Semantic text with the component's version, `name@1/a=1,b=2`: equal text, equal results.
  std::string versioned(const Parameters& parameters) const;

 private:
  std::string kind_;
  std::vector<Description> descriptions_;
};

}  // namespace cohort
