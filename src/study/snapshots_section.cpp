#include "study_section.hpp"

#include <cohort/tasks/shared_task.hpp>

#include <algorithm>

namespace cohort {
namespace {

template <class Level>
void refuse_twice(const TomlSection& section, const std::string& key, const std::vector<Level>& levels) {
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (std::count(levels.begin(), levels.end(), levels[i]) > 1)
      throw UserError(fmt::format("{} {} stands twice in [snapshots]", key, levels[i]), "", "Remove one.",
                      section.where(key, i));
}

void read_representation(TomlSection& section, Study& study) {
  const std::string text = section.text("representation", "raw");
  if (text != "raw" && text != "compressed")
    throw UserError(fmt::format("[snapshots] representation = {} is not possible", text),
                    "\"raw\" or \"compressed\" is needed", "", section.where("representation"));
  study.snapshots.is_compressed = text == "compressed";
}

/// Options of compressed representations that would do nothing.
void check_compression(TomlSection& section, const Study& study) {
  const SnapshotPlan &plan = study.snapshots, usual;
  if (plan.is_compressed || (plan.components == usual.components && plan.tolerance == usual.tolerance)) return;
  const char* key = plan.components == usual.components ? "tolerance" : "components";
  throw UserError(fmt::format("[snapshots] {} is of compressed representations", key), "raw ones are stored whole",
                  "Add representation = \"compressed\", or leave it out.", section.where(key));
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("snapshots");
  const SnapshotPlan& plan = study.snapshots;
  snapshots_section().options.read(section, study);
  check_compression(section, study);
  refuse_twice(section, "at_error", plan.at_error);
  refuse_twice(section, "at_accuracy", plan.at_accuracy);
  refuse_twice(section, "at_updates", plan.at_updates);
  snapshots_section().options.refuse_the_rest(section);
  const auto task = shared_task(study.task);
  const bool has_classes = cohort::has_classes(task->info().loss) || task->has_performance();
  if (!plan.at_accuracy.empty() && !has_classes)
    throw UserError("at_accuracy needs a task with classes", "this one has continuous targets", "Use at_error.",
                    section.where("at_accuracy"));
}

}  // namespace

const StudySection& snapshots_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.snapshots; });
  static const StudySection section{
      {"snapshots",
       {of.numbers("at_error", &SnapshotPlan::at_error, 0, 1e30,
                   "levels of the normalized error (1: no better than a constant) or cross-entropy: networks are "
                   "compared the first time they are this good")
            .by_default("[]"),
        of.numbers("at_accuracy", &SnapshotPlan::at_accuracy, 0, 1, "the same with accuracy, for tasks with classes")
            .by_default("[]"),
        option(
            "at_updates", "list of integers of at least 0", "numbers of updates; 0: the untrained network",
            [](TomlSection& keys, Study& study) {
              study.snapshots.at_updates = keys.integers("at_updates", 0, study.training.updates);
            },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.snapshots.at_updates, " ")); })
            .by_default("[]"),
        of.integer("hold", &SnapshotPlan::hold, 1, kMany,
                   "a level counts when so many evaluations in a row met it; none before the first update does")
            .in_key(KeyLine::with_another)
            .called({"patience", "in_a_row"}),
        of.flag("weights", &SnapshotPlan::keep_parameters,
                "store all parameters of the networks too; [dynamics] needs and sets it"),
        of.flag("outputs", &SnapshotPlan::keep_outputs,
                "store the networks' outputs too, at the samples of the representations"),
        option("representation", "\"raw\" or \"compressed\"",
               "how representations are stored: every number, or the means of the units and principal components, from "
               "which they are rebuilt (src/similarity/README.md)",
               read_representation,
               [](const Study& study) { return std::string(study.snapshots.is_compressed ? "compressed" : "raw"); }),
        of.integer("components", &SnapshotPlan::components, 1, 100'000,
                   "how many components a compressed representation keeps at most"),
        of.number(
            "tolerance", &SnapshotPlan::tolerance, 1e-6, 0.1,
            "share of its norm that a compressed representation may lack, as long as its components are enough")}},
      read};
  return section;
}

}  // namespace cohort
