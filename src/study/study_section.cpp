#include "study_section.hpp"

namespace cohort {

const std::vector<const StudySection*>& study_sections() {
  static const std::vector<const StudySection*> sections{
      &head_section(),      &task_section(),      &rules_section(),      &factors_section(),
      &exclude_section(),   &shifted_section(),   &training_section(),   &flossing_section(),
      &alignment_section(), &snapshots_section(), &similarity_section(), &effects_section(),
      &dynamics_section(),  &lyapunov_section(),  &rich_lazy_section(),  &curvature_section()};
  return sections;
}

const std::vector<OptionInfo>& study_options() {
  static const std::vector<OptionInfo> all = [] {
    std::vector<OptionInfo> infos;
    for (const StudySection* section : study_sections())
      for (const Option& option : section->options.options()) infos.push_back(option.info);
    return infos;
  }();
  return all;
}

}  // namespace cohort
