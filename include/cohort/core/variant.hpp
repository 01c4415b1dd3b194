#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohort {

/// One point of a catalogue as data: a name and what was written for some of its parameters. Values are kept as text
/// (numbers in any form, lists as `[a,b]`); what they must be is known and checked by Parameters.
///
/// As text: `name` or `name/parameter=value,parameter=value`. Blanks around names, parameters and values do not count.
/// Commas inside brackets belong to the value. Anything can be quoted, "with \" and \\ for these two": then nothing in
/// it means more than itself.
struct Variant {
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters{};  ///< in the order written

  /// Reads the text form. `kind` is the word of messages ("rule"). Throws UserError.
  static Variant parse(std::string_view text, std::string_view kind = "variant");

  /// The text form, with quotes only where the plain text would be read as something else: parse(v.text()) == v.
  std::string text() const;

  bool operator==(const Variant&) const = default;
};

/// A parameter's value as it stands in the text of a variant: quoted only where that is needed.
std::string value_text(const std::string& value);

}  // namespace cohort
