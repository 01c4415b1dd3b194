#pragma once

#include <cohort/core/catalogue.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// One explicit, sorted table: name (and family) -> documentation and factory. There is one per kind (rule, cell, task,
/// ...); nothing registers itself.
template <class Product, class... Arguments>
class Registry {
 public:
  using Make = std::unique_ptr<Product> (*)(const Parameters&, Arguments...);
  struct Entry {
    Description description;
    Make make;
  };

  Registry(std::string kind, std::vector<Entry> entries)
      : catalogue_(std::move(kind), descriptions(entries)), entries_(std::move(entries)) {}

  const Catalogue& catalogue() const { return catalogue_; }

  /// Makes a variant, which may be given as its text. Throws UserError.
  std::unique_ptr<Product> make(std::string_view text, Arguments... arguments) const {
    return make(catalogue_.parse(text), arguments...);
  }
  std::unique_ptr<Product> make(const Variant& variant, Arguments... arguments) const {
    return make(catalogue_.parse(variant), arguments...);
  }

  /// The same for the entry of one family.
  std::unique_ptr<Product> make_of(std::string_view family, std::string_view text, Arguments... arguments) const {
    return make(catalogue_.parse(text, family), arguments...);
  }
  std::unique_ptr<Product> make_of(std::string_view family, const Variant& variant, Arguments... arguments) const {
    return make(catalogue_.parse(variant, family), arguments...);
  }

  std::unique_ptr<Product> make(const Parameters& parameters, Arguments... arguments) const {
    const Description* description = &catalogue_.find(parameters.name(), parameters.family());
    return entries_[static_cast<std::size_t>(description - catalogue_.descriptions().data())].make(parameters,
                                                                                                   arguments...);
  }

 private:
  static std::vector<Description> descriptions(const std::vector<Entry>& entries) {
    std::vector<Description> result;
    for (const auto& entry : entries) result.push_back(entry.description);
    return result;
  }

  Catalogue catalogue_;
  std::vector<Entry> entries_;
};

/// The table line of a class with `static Description description()` and a constructor from Parameters.
template <class Class, class Product, class... Arguments>
typename Registry<Product, Arguments...>::Entry registry_entry() {
  return {Class::description(), [](const Parameters& parameters, Arguments... arguments) {
            return std::unique_ptr<Product>(std::make_unique<Class>(parameters, arguments...));
          }};
}

}  // namespace cohort
