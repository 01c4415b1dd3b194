#include "located.hpp"
#include "study_section.hpp"
#include "task_variant.hpp"
#include "written_task.hpp"

#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

namespace cohort {
namespace {

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("task");
  if (!section.exists()) throw UserError("the study has no [task]", "", "", section.where());
  const Catalogue& catalogue = tasks().catalogue();
  const WrittenTask written = written_task(section);
  const Description& description = catalogue.find(written.variant.name);
  TaskValues values =
      located(section.where("name"), [&] { return values_of(description, catalogue.parse(written.variant)); });
  for (auto& [parameter, value] : values) resolve_path(study, description, parameter, value);
  study.task = task_variant(description, values);
  const Parameters parameters = located(written.where, [&] { return catalogue.parse(study.task); });
  const auto task = located(written.where, [&] { return shared_task(study.task); });
  study.kept_tasks.push_back(task);
  study.task_versioned = catalogue.versioned(parameters);
  if (!task->info().fingerprint.empty()) study.task_versioned += " data=" + task->info().fingerprint;
}

}  // namespace

const StudySection& task_section() {
  static const StudySection section{
      {"task",
       {option("name", "task, see `cohort list tasks`", "what the networks learn", {},
               [](const Study& study) { return study.task_versioned; })
            .in_key(KeyLine::task, "task"),
        parameter_option("<parameter>", "see `cohort list tasks NAME`",
                         "any parameter of the task; a path counts from the folder of the study file", "the task's own")
            .in_key(KeyLine::with_another)}},
      read};
  return section;
}

}  // namespace cohort
