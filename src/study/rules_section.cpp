#include "located.hpp"
#include "study_section.hpp"

#include <cohort/rules/learning_rules.hpp>

namespace cohort {
namespace {

constexpr const char* kFamily = "credit";  ///< the rule whose parameters are the axes

/// The axes of the rule called `name` in the study.
Variant read_rule(const std::string& name, TomlSection axes) {
  const Catalogue& catalogue = learning_rules<float>().catalogue();
  for (const Description& known : catalogue.descriptions())
    if (known.name == name)
      throw UserError(fmt::format("[rules.{}] renames a rule that exists", name), "its name would mean two things",
                      "Choose another name.", axes.where());
  if (name.find_first_not_of(" \t") == std::string::npos)
    throw UserError("a rule of [rules] has no name", "an empty name could not be told from a missing one",
                    "Choose a name.", axes.where());
  Variant variant{kFamily, {}};
  for (const std::string& axis : axes.keys()) {
    variant.set(axis, axes.value(axis));
    located(axes.where(axis), [&] { return catalogue.parse(variant); });
  }
  return variant;
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("rules");
  for (const std::string& name : section.keys()) study.named_rules[name] = read_rule(name, section.section(name));
}

std::vector<Option> axes() {
  std::vector<Option> options;
  for (const ParameterInfo& axis : learning_rules<float>().catalogue().find(kFamily).parameters) {
    options.push_back(parameter_option("<name>." + axis.name, axis.legal(), axis.description,
                                       axis.fallback.empty() ? "none" : axis.fallback)
                          .in_key_of_level());
    options.back().info.unit = axis.unit == "1" ? "" : axis.unit;
  }
  return options;
}

}  // namespace

const StudySection& rules_section() {
  static const StudySection section{{"rules", axes()}, read};
  return section;
}

}  // namespace cohort
