#include "study_section.hpp"

namespace cohort {
namespace {

void read(TomlSection& file, Study& study) {
  TomlSection dynamics = file.section("dynamics"), section = dynamics.section("curvature");
  if (!section.exists()) return;
  curvature_section().options.read(section, study);
  curvature_section().options.refuse_the_rest(section);
  study.curvature.is_asked = true;
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& curvature_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.curvature; });
  static const StudySection section{
      {"dynamics.curvature",
       {option(
            "parameters", "all, recurrent, or the name of a block, see `cohort list architectures`",
            "over which parameters the Hessian is taken",
            [](TomlSection& keys, Study& study) {
              study.curvature.parameters = keys.text("parameters", study.curvature.parameters);
            },
            [](const Study& study) { return study.curvature.parameters; }),
        of.integer("batch", &CurvatureSettings::batch, 0, kMany,
                   "training trials of the loss, the first that the run saw; 0: the evaluation trials"),
        of.integer("probes", &CurvatureSettings::probes, 0, 1'000'000,
                   "random vectors that estimate traces; 0: no traces")}},
      read};
  return section;
}

}  // namespace cohort
