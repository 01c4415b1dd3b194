#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cohort {

struct Variant;

/// What a user gives a parameter: a text (numbers and flags too, as written), a list of texts, or a variant.
class VariantValue {
 public:
  VariantValue() = default;
  VariantValue(std::string text) : value_(std::move(text)) {}
  VariantValue(const char* text) : value_(std::string(text)) {}
  VariantValue(std::vector<std::string> list) : value_(std::move(list)) {}
  VariantValue(const Variant& nested);

  /// Null when the value is something else.
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const std::vector<std::string>* list() const { return std::get_if<std::vector<std::string>>(&value_); }
  const Variant* nested() const;

  bool operator==(const VariantValue& other) const;

 private:
  std::variant<std::string, std::vector<std::string>, std::shared_ptr<const Variant>> value_;
};

/// A named thing with parameters: a rule, an architecture, a task. The only place in the program that knows how
/// variants are written:
///
///     name/parameter=value,parameter=value
///
/// Blanks around names and values do not matter. A value is a word, a list `[1, 2]`, something with arguments
/// `uniform(1, 5)`, a variant in braces `{gaussian/gain=2}`, or any text in double quotes, where \" and \\ stand for
/// the two characters; names may be quoted too.
struct Variant {
  std::string name{};
  std::vector<std::pair<std::string, VariantValue>> parameters{};  ///< in the order written

  void set(std::string parameter, VariantValue value);
  bool operator==(const Variant&) const = default;
};

/// Reads what to_text writes, and whatever else a user may write. Throws UserError; `kind` is the word of its message
/// ("rule").
Variant parse_variant(std::string_view text, std::string_view kind = "variant");
/// The value of one parameter, written as in a variant.
VariantValue parse_value(std::string_view text);

/// Without blanks, quoted where needed: parse_variant(to_text(v)) == v.
std::string to_text(const Variant& variant);
std::string to_text(const VariantValue& value);

/// A value as the checks of parameters see it: texts without quotes, `[a,b]`, nested variants as to_text writes them.
std::string plain_text(const VariantValue& value);

}  // namespace cohort
