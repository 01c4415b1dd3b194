#include "level_pattern.hpp"
#include "study_section.hpp"

namespace cohort {
namespace {

Exclusion read_exclusion(TomlSection& section) {
  Exclusion exclusion{{}, section.where()};
  for (int factor = 0; factor < n_factors; ++factor) {
    const char* name = factor_name(static_cast<Factor>(factor));
    if (!section.has(name)) continue;
    for (const VariantValue& value : section.values(name))
      exclusion.patterns[factor].push_back(level_pattern(plain_text(value)));
  }
  exclude_section().options.refuse_the_rest(section);
  if (section.keys().empty()) throw UserError("an empty [[exclude]] leaves nothing", "", "Remove it.", section.where());
  return exclusion;
}

void read(TomlSection& file, Study& study) {
  for (TomlSection& section : file.sections("exclude")) study.exclusions.push_back(read_exclusion(section));
}

std::vector<Option> patterns() {
  std::vector<Option> options;
  for (int factor = 0; factor < n_factors; ++factor) {
    const std::string name = factor_name(static_cast<Factor>(factor));
    options.push_back(parameter_option(name, "text or list of texts, * stands for any text",
                                       fmt::format("leaves out the combinations with such a {}", name), "*"));
  }
  return options;
}

}  // namespace

const StudySection& exclude_section() {
  static const StudySection section{{"exclude", patterns()}, read};
  return section;
}

}  // namespace cohort
