#pragma once

#include "option_table.hpp"

#include <vector>

namespace cohort {

/// One section of a study file.
struct StudySection {
  OptionTable options;
  /// Reads the section, which is found in the whole file, and checks what its options mean together.
  void (*read)(TomlSection& file, Study& study);
};

/// All of them, in the order in which they are read: each may rely on those before it.
const std::vector<const StudySection*>& study_sections();

/// What the keys of all runs say of an option: its text; but where states are kept a longer study is the same study.
/// Its runs' own keys have their number of updates all the same, see Design.
std::string text_in_keys(const Option& option, const Study& study);

const StudySection& head_section();
const StudySection& task_section();
const StudySection& rules_section();
const StudySection& factors_section();
const StudySection& exclude_section();
const StudySection& shifted_section();
const StudySection& training_section();
const StudySection& flossing_section();
const StudySection& alignment_section();
const StudySection& snapshots_section();
const StudySection& similarity_section();
const StudySection& effects_section();
const StudySection& dynamics_section();
const StudySection& lyapunov_section();
const StudySection& rich_lazy_section();
const StudySection& curvature_section();

}  // namespace cohort
