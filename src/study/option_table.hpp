#pragma once

#include "toml_section.hpp"

#include <cohort/study/option_info.hpp>
#include <cohort/study/study.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cohort {

inline constexpr std::int64_t kMany = 1'000'000'000;

/// The lines of the text that runs' keys are made of, in their order. Keys of finished runs depend on it: lines may be
/// added at the end, and a line from `regularizers` on is left out when all its options have their defaults.
enum class KeyLine {
  none,
  with_another,  ///< its value is part of the text of another option of its section
  task,
  study_seed,
  training,
  penalties,
  shifted,
  regularizers,
  rate_penalty_per,
  flossing
};

/// One option of a study file: how it is read, and its value as text.
struct Option {
  OptionInfo info;
  std::function<void(TomlSection&, Study&)> read{};  ///< none: its section reads it together with others
  std::function<std::string(const Study&)> text{};   ///< canonical: equal values, equal texts; none as for read
  KeyLine line = KeyLine::none;                      ///< where it enters the keys of all runs
  std::string key_word{};                            ///< what it is called there, if not by its name

  /// The same, entering the keys of all runs.
  Option in_key(KeyLine where, std::string word = "") &&;
  /// The same, entering the keys of the runs with a level that it names.
  Option in_key_of_level() &&;
  Option called(std::vector<std::string> names, std::string example = "") &&;
  /// With a default other than the one an empty study has.
  Option by_default(std::string fallback) &&;
};

/// The options of one section of a study file.
class OptionTable {
 public:
  /// Fills in what each option knows from the others: its section, and its default from an empty study.
  OptionTable(std::string section, std::vector<Option> options);

  const std::string& section() const { return section_; }
  const std::vector<Option>& options() const { return options_; }

  /// Reads every option that the table alone can read. Throws UserError with its place.
  void read(TomlSection& section, Study& study) const;

  /// Throws UserError for the first key of `section` that is no option, naming those there are.
  void refuse_the_rest(const TomlSection& section) const;

 private:
  std::string section_;
  std::vector<Option> options_;
};

/// "integer in [1, 5]", "number of at least 0": for messages and lists.
std::string range_text(const std::string& what, double low, double high);

/// Makes the options whose values are plain members of one part of a study: `Access` finds the part, (Study&) -> Part&.
template <class Access>
class OptionsOf {
 public:
  explicit OptionsOf(Access part) : part_(part) {}

  template <class Part>
  Option integer(std::string name, Index Part::*member, std::int64_t low, std::int64_t high,
                 std::string description) const {
    return made(std::move(name), member, range_text("integer", static_cast<double>(low), static_cast<double>(high)),
                std::move(description), [low, high](TomlSection& section, const std::string& key, Index& value) {
                  value = section.integer(key, value, low, high);
                });
  }

  template <class Part>
  Option number(std::string name, double Part::*member, double low, double high, std::string description,
                std::string unit = "") const {
    Option option = made(std::move(name), member, range_text("number", low, high), std::move(description),
                         [low, high](TomlSection& section, const std::string& key, double& value) {
                           value = section.number(key, value, low, high);
                         });
    option.info.unit = std::move(unit);
    return option;
  }

  template <class Part>
  Option flag(std::string name, bool Part::*member, std::string description) const {
    return made(std::move(name), member, "true or false", std::move(description),
                [](TomlSection& section, const std::string& key, bool& value) { value = section.flag(key, value); });
  }

  template <class Part>
  Option numbers(std::string name, std::vector<double> Part::*member, double low, double high,
                 std::string description) const {
    return made(std::move(name), member, range_text("list of numbers", low, high), std::move(description),
                [low, high](TomlSection& section, const std::string& key, std::vector<double>& values) {
                  values = section.numbers(key, low, high);
                });
  }

 private:
  template <class Value>
  static std::string written(const Value& value) {
    return fmt::format("{}", value);
  }
  template <class Value>
  static std::string written(const std::vector<Value>& values) {
    return fmt::format("{}", fmt::join(values, " "));
  }

  template <class Part, class Value, class Read>
  Option made(std::string name, Value Part::*member, std::string legal, std::string description, Read read) const {
    Option option;
    option.read = [part = part_, member, read, name](TomlSection& section, Study& study) {
      read(section, name, part(study).*member);
    };
    option.text = [part = part_, member](const Study& study) { return written(part(study).*member); };
    option.info.name = std::move(name);
    option.info.legal = std::move(legal);
    option.info.description = std::move(description);
    return option;
  }

  Access part_;
};

/// An option that is read in its own way.
Option option(std::string name, std::string legal, std::string description,
              std::function<void(TomlSection&, Study&)> read, std::function<std::string(const Study&)> text);

/// Whatever a component of the registries takes: read with the others of its section.
Option parameter_option(std::string name, std::string legal, std::string description, std::string fallback = "");

}  // namespace cohort
