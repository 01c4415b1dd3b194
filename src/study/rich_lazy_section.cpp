#include "study_section.hpp"

namespace cohort {
namespace {

void read(TomlSection& file, Study& study) {
  TomlSection dynamics = file.section("dynamics"), section = dynamics.section("rich_lazy");
  if (!section.exists()) return;
  rich_lazy_section().options.read(section, study);
  rich_lazy_section().options.refuse_the_rest(section);
  study.rich_lazy.is_asked = true;
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& rich_lazy_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.rich_lazy; });
  static const StudySection section{
      {"dynamics.rich_lazy",
       {of.integer("kernel_samples", &RichLazySettings::kernel_samples, 0, 100'000,
                   "outputs of evaluation trials, at their last counted step, of which tangent kernels are made: as "
                   "many backward passes per network; 0: no tangent kernels")}},
      read};
  return section;
}

}  // namespace cohort
