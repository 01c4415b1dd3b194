#include "study_section.hpp"

namespace cohort {
namespace {

void read(TomlSection& file, Study& study) {
  TomlSection dynamics = file.section("dynamics"), section = dynamics.section("lyapunov");
  if (!section.exists()) return;
  lyapunov_section().options.read(section, study);
  lyapunov_section().options.refuse_the_rest(section);
  if (study.lyapunov.steps == 0 && study.lyapunov.trials == 0)
    throw UserError("[dynamics] lyapunov has nothing to follow", "steps = 0 and trials = 0",
                    "Let one of them be positive.", section.where());
  study.lyapunov.is_asked = true;
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& lyapunov_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.lyapunov; });
  static const StudySection section{
      {"dynamics.lyapunov",
       {of.integer("exponents", &LyapunovSettings::exponents, 0, kMany,
                   "Lyapunov exponents to compute, the first ones; 0: as many as the network has state variables"),
        of.integer("steps", &LyapunovSettings::steps, 0, kMany,
                   "steps that are counted at the constant input of each context; 0: none at constant inputs"),
        of.integer("transient", &LyapunovSettings::transient, 0, kMany, "steps before these that are not counted"),
        of.integer("trials", &LyapunovSettings::trials, 0, kMany,
                   "evaluation trials that drive the network, spread over all of them; 0: none"),
        of.integer("every", &LyapunovSettings::every, 1, 1000,
                   "steps between two decompositions; made again one by one where they are too many")}},
      read};
  return section;
}

}  // namespace cohort
