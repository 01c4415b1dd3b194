#include "study_section.hpp"

#include <cohort/tasks/shared_task.hpp>

namespace cohort {
namespace {

constexpr std::int64_t kExponents = 10;

void read(TomlSection& file, Study& study) {
  TomlSection training = file.section("training"), section = training.section("flossing");
  if (!section.exists()) return;
  flossing_section().options.read(section, study);
  flossing_section().options.refuse_the_rest(section);
  const FlossingSettings& asked = study.training.flossing;
  if (asked.before == 0 && asked.every == 0)
    throw UserError("[training] flossing does nothing", "before = 0 and every = 0", "Let one of them be positive.",
                    section.where());
  if (asked.trials > study.training.batch)
    throw UserError("[training] flossing has too many trials", fmt::format("a batch has {}", study.training.batch), "",
                    section.where("trials"));
  const Index n_steps = shared_task(study.task)->info().n_steps;
  if (asked.transient >= n_steps)
    throw UserError("[training] flossing counts no step", fmt::format("trials have {} steps", n_steps),
                    "Give a smaller transient.", section.where("transient"));
}

}  // namespace

const StudySection& flossing_section() {
  using F = FlossingSettings;
  constexpr KeyLine key = KeyLine::flossing;
  const OptionsOf of([](auto& study) -> auto& { return study.training.flossing; });
  static const StudySection section{
      {"training.flossing",
       {option(
            "exponents", range_text("integer", 1, kMany),
            "Lyapunov exponents, the first ones, that are drawn to the target",
            [](TomlSection& keys, Study& study) {
              study.training.flossing.exponents = keys.integer("exponents", kExponents, 1, kMany);
            },
            [](const Study& study) { return fmt::format("{}", study.training.flossing.exponents); })
            .in_key(key, "flossing")
            .by_default(fmt::format("{}", kExponents)),
        of.number("target", &F::target, -1e3, 1e3, "where they are drawn", "nats/step").in_key(key),
        of.number("strength", &F::strength, 0, 1e30, "factor of their mean squared distance from it in the loss")
            .in_key(key),
        of.integer("before", &F::before, 0, kMany, "updates at the start of training that follow flossing alone")
            .in_key(key),
        of.integer("every", &F::every, 0, kMany, "later updates between two in which it takes part; 0: none")
            .in_key(key),
        of.integer("trials", &F::trials, 1, 1'000'000, "trials of the update's batch along which exponents are taken")
            .in_key(key),
        of.integer("transient", &F::transient, 0, kMany, "first steps of a trial that are not counted").in_key(key)}},
      read};
  return section;
}

}  // namespace cohort
