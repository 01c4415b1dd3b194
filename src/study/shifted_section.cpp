#include "located.hpp"
#include "study_section.hpp"
#include "task_variant.hpp"

#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

namespace cohort {
namespace {

constexpr double kMostNoise = 1e6;

void read_range(TomlSection& section, Study& study) {
  const auto range = section.numbers("input_range", -1e300, 1e300);
  if (range.empty()) return;
  if (range.size() != 2 || range[0] >= range[1])
    throw UserError("input_range is no range", "the smallest and the largest input are needed",
                    "Write input_range = [0, 1].", section.where("input_range"));
  study.shifted.low = range[0];
  study.shifted.high = range[1];
}

/// The task with the parameters that [shifted] changes, and the place of the last of them.
SourceLocation read_task(TomlSection& section, Study& study) {
  const Catalogue& catalogue = tasks().catalogue();
  const Parameters clean = catalogue.parse(study.task);
  const Description& description = catalogue.find(clean.name());
  TaskValues values = values_of(description, clean);
  SourceLocation where = section.where();
  for (const std::string& key : section.keys()) {
    if (key == "input_noise" || key == "input_range") continue;
    const VariantValue value = section.value(key);
    where = section.where(key);
    located(where, [&] { return catalogue.parse({description.name, {{key, value}}}); });
    values[key] = plain_text(value);
    resolve_path(study, description, key, values[key]);
  }
  study.shifted.task = task_variant(description, values);
  return where;
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("shifted");
  if (!section.exists()) return;
  ShiftedEvaluation& shifted = study.shifted;
  shifted_section().options.read(section, study);
  const SourceLocation where = read_task(section, study);
  const auto task = located(where, [&] { return shared_task(shifted.task); });
  study.kept_tasks.push_back(task);
  const TaskInfo own = shared_task(study.task)->info(), other = task->info();
  if (own.n_inputs != other.n_inputs || own.n_outputs != other.n_outputs || own.loss != other.loss)
    throw UserError(
        "the shifted task has other inputs or outputs than the task",
        fmt::format("{} and {} instead of {} and {}", other.n_inputs, other.n_outputs, own.n_inputs, own.n_outputs),
        "Change only what leaves them as they are.", where);
  const Catalogue& catalogue = tasks().catalogue();
  shifted.versioned = fmt::format("{} noise {} in [{}, {}] data={}", catalogue.versioned(catalogue.parse(shifted.task)),
                                  shifted.noise, shifted.low, shifted.high, other.fingerprint);
  if (shifted.noise != 0) shifted.versioned += " noise@2";  // 1: its stream met that of another repeat's trials
}

}  // namespace

const StudySection& shifted_section() {
  static const StudySection section{
      {"shifted",
       {parameter_option("<parameter>", "see `cohort list tasks NAME`",
                         "any parameter of the task, for a second evaluation set: curves shifted_error and "
                         "shifted_accuracy",
                         "as in [task]")
            .in_key(KeyLine::with_another),
        option(
            "input_noise", range_text("number", 0, kMostNoise), "standard deviation of the noise on its inputs",
            [](TomlSection& keys, Study& study) { study.shifted.noise = keys.number("input_noise", 0, 0, kMostNoise); },
            [](const Study& study) { return study.shifted.versioned; })  // of the whole section
            .in_key(KeyLine::shifted, "shifted")
            .by_default("0"),
        option("input_range", "two rising numbers", "to which its noisy inputs are cut", read_range, {})
            .in_key(KeyLine::with_another)
            .by_default("none")}},
      read};
  return section;
}

}  // namespace cohort
