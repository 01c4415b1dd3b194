#include "study_section.hpp"

#include <algorithm>

namespace cohort {
namespace {

/// After these updates networks are kept too.
void read_at(TomlSection& keys, Study& study) {
  study.curvature.at.clear();
  for (const std::int64_t update : keys.integers("at", 0, study.training.updates)) {
    study.curvature.at.push_back(update);
    if (std::ranges::count(study.snapshots.at_updates, update) == 0) study.snapshots.at_updates.push_back(update);
  }
}

void read(TomlSection& file, Study& study) {
  TomlSection dynamics = file.section("dynamics"), section = dynamics.section("curvature");
  if (!section.exists()) return;
  curvature_section().options.read(section, study);
  curvature_section().options.refuse_the_rest(section);
  if (study.curvature.batch == 0 && study.curvature.first_trial > 0)
    throw UserError("[dynamics] curvature: first_trial has no effect",
                    "without batch the loss is that of the evaluation trials",
                    "Give batch too, or leave first_trial out.", section.where("first_trial"));
  study.curvature.is_asked = true;
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& curvature_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.curvature; });
  static const StudySection section{
      {"dynamics.curvature",
       {option(
            "parameters", "default, all, recurrent, or the name of a block, see `cohort list architectures`",
            "over which parameters the Hessian is taken; default: recurrent ones, all where there are none",
            [](TomlSection& keys, Study& study) {
              study.curvature.parameters = keys.text("parameters", study.curvature.parameters);
            },
            [](const Study& study) { return study.curvature.parameters; }),
        of.integer("batch", &CurvatureSettings::batch, 0, kMany,
                   "training trials of the loss, the first that the run saw; 0: the evaluation trials"),
        of.integer("first_trial", &CurvatureSettings::first_trial, 0, kMany * kMany,
                   "of these: update u of a run sees those from u · [training] batch"),
        option("at", "list of integers of at least 0",
               "numbers of updates after which networks are kept and looked at, beside the last; none: every level",
               read_at, [](const Study& study) { return fmt::format("{}", fmt::join(study.curvature.at, " ")); })
            .by_default("[]"),
        of.flag("critical", &CurvatureSettings::critical,
                "up to which learning rate a minimum would hold under the rule's own updates: their derivative's "
                "leading eigenvalues"),
        of.integer("probes", &CurvatureSettings::probes, 0, 1'000'000,
                   "random vectors that estimate traces; 0: no traces")}},
      read};
  return section;
}

}  // namespace cohort
