#pragma once

#include <cohort/core/served.hpp>
#include <cohort/core/values.hpp>
#include <cohort/core/variant.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

enum class ParameterKind { number, integer, flag, choice, text, path, values, list, variant };

/// One parameter of a variant, as its documentation and as the check of what a user writes.
struct ParameterInfo {
  std::string name;
  ParameterKind kind = ParameterKind::number;
  std::string fallback;  ///< the default, as a user would write it
  std::string unit;      ///< "ms", "1", ...
  std::string description;
  double low = -std::numeric_limits<double>::infinity();  ///< smallest legal number (inclusive)
  double high = std::numeric_limits<double>::infinity();  ///< largest legal number (inclusive)
  std::vector<std::string> choices{};                     ///< legal words of a choice
  /// Younger than results whose keys must not change: canonical texts leave it out while it has its default.
  bool is_later = false;

  /// The same, as a later one.
  ParameterInfo later() && {
    is_later = true;
    return std::move(*this);
  }

  static ParameterInfo number(std::string name, double fallback, double low, double high, std::string unit,
                              std::string description);
  static ParameterInfo integer(std::string name, std::int64_t fallback, std::int64_t low, std::int64_t high,
                               std::string unit, std::string description);
  static ParameterInfo flag(std::string name, bool fallback, std::string description);
  static ParameterInfo choice(std::string name, std::string fallback, std::vector<std::string> choices,
                              std::string description);
  static ParameterInfo text(std::string name, std::string fallback, std::string description);
  /// One number per unit: a number, a list or a distribution (see Values).
  static ParameterInfo values(std::string name, std::string fallback, double low, double high, std::string unit,
                              std::string description);
  /// Numbers, as `[0.1, 0.5]`; one alone may stand without brackets.
  static ParameterInfo list(std::string name, const std::vector<double>& fallback, double low, double high,
                            std::string unit, std::string description);
  /// A file or folder of the user's. Where it lies never counts for a run's key; what it holds does.
  static ParameterInfo path(std::string name, std::string description);

  /// Another variant, such as the rule within a rule.
  static ParameterInfo variant(std::string name, std::string fallback, std::string description);

  /// "number in [0, 1]", "one of a, b": for messages and lists.
  std::string legal() const;
};

/// What a registry says about one of its entries; `cohort list`, the errors and the docs are made from it.
struct Description {
  std::string name;
  std::string summary;    ///< one line: what it is
  std::string equation;   ///< what it computes
  std::string reference;  ///< paper
  int version = 1;        ///< raised when results change; part of a run's key
  std::vector<ParameterInfo> parameters{};
  std::string family{};  ///< rules and architectures only: the family of networks they belong to
  Served serves = Served::every_architecture();  ///< rules only
  bool is_reference = false;  ///< rules only: the gradient that others of its family are compared with
  std::string axes{};         ///< rules only: what is kept of the exact gradient, in words
  std::string cost{};         ///< rules only: per step, e.g. "O(B N²) time, O(B N) memory"
};

/// The parameters of one variant: checked, with defaults filled in.
class Parameters {
 public:
  /// Checks `assignments` (name, text) against `description`. Throws UserError naming the parameter.
  Parameters(const Description& description, const std::vector<std::pair<std::string, std::string>>& assignments);

  const std::string& name() const { return name_; }
  const std::string& family() const { return family_; }
  double number(std::string_view parameter) const;
  std::int64_t integer(std::string_view parameter) const;
  bool flag(std::string_view parameter) const;
  const std::string& text(std::string_view parameter) const;
  Values values(std::string_view parameter) const;
  std::vector<double> list(std::string_view parameter) const;
  Variant variant(std::string_view parameter) const;

  /// `name/a=1,b=2` with every parameter (later ones only where they are not as by default), in declared order, numbers
  /// in shortest form: equal meaning, equal text.
  const std::string& canonical() const { return canonical_; }

  /// The canonical text without the values of paths: what enters a run's key.
  const std::string& semantic() const { return semantic_; }

 private:
  std::string name_;
  std::string family_;
  std::string canonical_;
  std::string semantic_;
  std::map<std::string, std::string, std::less<>> values_;
  std::map<std::string, std::pair<double, double>, std::less<>> limits_;  ///< of values and lists
};

}  // namespace cohort
