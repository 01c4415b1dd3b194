#include "option_table.hpp"

#include <map>

namespace cohort {
namespace {

/// How to say what somebody meant by a name of another program.
std::string hint(const OptionInfo& info) {
  return fmt::format("Did you mean '{}'{}?", info.name, info.example.empty() ? "" : ", as in " + info.example);
}

}  // namespace

Option Option::in_key(KeyLine where, std::string word) && {
  line = where;
  key_word = std::move(word);
  info.part_of = PartOf::every_run;
  return std::move(*this);
}

Option Option::in_key_of_level() && {
  info.part_of = PartOf::runs_of_level;
  return std::move(*this);
}

Option Option::called(std::vector<std::string> names, std::string example) && {
  info.also_called = std::move(names);
  info.example = std::move(example);
  return std::move(*this);
}

Option Option::by_default(std::string fallback) && {
  info.fallback = std::move(fallback);
  return std::move(*this);
}

OptionTable::OptionTable(std::string section, std::vector<Option> options)
    : section_(std::move(section)), options_(std::move(options)) {
  const Study empty;
  for (Option& option : options_) {
    option.info.section = section_;
    if (option.info.fallback.empty() && option.text) option.info.fallback = option.text(empty);
    if (option.key_word.empty()) option.key_word = option.info.name;
  }
}

void OptionTable::read(TomlSection& section, Study& study) const {
  for (const Option& option : options_)
    if (option.read) option.read(section, study);
}

void OptionTable::refuse_the_rest(const TomlSection& section) const {
  std::map<std::string, std::string> hints;
  for (const Option& option : options_)
    for (const std::string& name : option.info.also_called) hints[name] = hint(option.info);
  section.refuse_the_rest(hints);
}

std::string range_text(const std::string& what, double low, double high) {
  if (high >= 1e9) return fmt::format("{} of at least {}", what, low);
  return fmt::format("{} in [{}, {}]", what, low, high);
}

Option option(std::string name, std::string legal, std::string description,
              std::function<void(TomlSection&, Study&)> read, std::function<std::string(const Study&)> text) {
  Option result;
  result.info.name = std::move(name);
  result.info.legal = std::move(legal);
  result.info.description = std::move(description);
  result.read = std::move(read);
  result.text = std::move(text);
  return result;
}

Option parameter_option(std::string name, std::string legal, std::string description, std::string fallback) {
  return option(std::move(name), std::move(legal), std::move(description), {}, {}).by_default(std::move(fallback));
}

}  // namespace cohort
