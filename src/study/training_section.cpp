#include "located.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/core/nearest_name.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <algorithm>

namespace cohort {
namespace {

/// The optimizer is a factor when the study crosses it, and a training option when there is one for all.
void read_optimizer(TomlSection& section, Study& study) {
  auto& levels = study.levels[static_cast<std::size_t>(Factor::optimizer)];
  const Catalogue& catalogue = optimizers<float>().catalogue();
  if (!levels.empty() && section.has("optimizer"))
    throw UserError("the optimizer stands in [factors] and in [training]", "one of them must decide", "Remove one.",
                    section.where("optimizer"));
  if (levels.empty()) levels = variant_levels(section, "optimizer", catalogue);
  for (const FactorLevel& level : levels)  // parameters that exclude each other show when it is made
    located(level.where, [&] { return optimizers<float>().make(level.variant); });
  if (levels.empty()) levels = {default_level(catalogue, "adam", section.where())};
}

void read_rate_penalty_per(TomlSection& section, Study& study) {
  if (!section.has("rate_penalty_per")) return;
  const std::string name = section.text("rate_penalty_per");
  const auto& known = rate_penalty_per_names();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw UserError(fmt::format("rate_penalty_per = \"{}\" is not possible", name),
                    fmt::format("known: {}", fmt::join(known, ", ")), did_you_mean(name, known),
                    section.where("rate_penalty_per"));
  study.training.rate_penalty_per = rate_penalty_per_from(name);
}

void read_regularizers(TomlSection& section, Study& study) {
  for (const FactorLevel& level : variant_levels(section, "regularizers", regularizers<float>().catalogue())) {
    study.training.regularizers.push_back(to_text(level.variant));
    study.regularizers_versioned.push_back(level.versioned);
  }
}

/// Passes over the training trials of a task that has a number of them, in place of a number of updates.
void read_epochs(TomlSection& section, Study& study) {
  const auto epochs = section.integer("epochs", 0, 0, kMany);
  if (epochs == 0) return;
  const Index n_trials = shared_task(study.task)->info().n_training_trials;
  if (n_trials == 0)
    throw UserError("the task has no epochs", "its training trials are drawn, as many as one likes", "Give updates.",
                    section.where("epochs"));
  if (section.has("updates"))
    throw UserError("there are both updates and epochs", "one of them must decide", "Remove one.",
                    section.where("epochs"));
  const Index batch = section.integer("batch", study.training.batch, 1, 1'000'000);
  study.training.updates = (epochs * n_trials + batch - 1) / batch;
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("training");
  section.section("flossing");  // has a table of its own
  training_section().options.read(section, study);
  training_section().options.refuse_the_rest(section);
}

std::vector<Option> options() {
  using T = TrainingOptions;
  constexpr KeyLine training = KeyLine::training, penalties = KeyLine::penalties;
  const OptionsOf of([](auto& study) -> auto& { return study.training; });
  return {
      option("optimizer", "variant or list of variants, see `cohort list optimizers`", "how a gradient becomes a step",
             read_optimizer,
             [](const Study& study) { return texts_of(study.levels[static_cast<std::size_t>(Factor::optimizer)]); })
          .in_key_of_level()
          .by_default("adam")
          .called({"learning_rate", "lr", "rate", "step_size"}, "optimizer = \"adam/rate=1e-3\""),
      of.integer("updates", &T::updates, 1, kMany, "how often the weights change")
          .in_key(training)
          .called({"iterations", "steps", "n_updates", "max_updates", "trials"}),
      option("epochs", "integer of at least 0",
             "in place of updates, if not 0: so often all training trials, of a task that counts "
             "them",
             read_epochs, [](const Study&) { return std::string("0"); }),
      of.integer("batch", &T::batch, 1, 1'000'000, "trials per update")
          .in_key(training)
          .called({"batch_size", "batchsize", "minibatch", "n_batch"}),
      of.integer("evaluate_every", &T::evaluate_every, 1, kMany, "updates between two looks at the evaluation trials")
          .in_key(training)
          .called({"eval_every", "validate_every", "test_every"}),
      of.number("clip", &T::clip, 0, 1e30, "largest gradient norm; 0: no clipping")
          .in_key(training)
          .called({"gradient_clip", "grad_clip", "clip_norm", "max_norm"}),
      of.number("activity_penalty", &T::activity_penalty, 0, 1e30,
                "c of c · mean(h²), which falls by a third while it is over half the loss")
          .in_key(training),
      of.number("explosion", &T::explosion, 1, 1e30, "a loss that many times the first one ends the run as diverged")
          .in_key(training),
      of.number("rate_penalty", &T::rate_penalty, 0, 1e30,
                "c of ½ c Σ (mean rate - target)² over units, in 1/step: for spiking cells")
          .in_key(penalties),
      of.number("rate_target_hz", &T::rate_target_hz, 0, 1e9, "that target", "Hz").in_key(penalties),
      option("rate_penalty_per", "batch or trial",
             "whose mean rate: that of all trials of an update together, or each trial's own", read_rate_penalty_per,
             [](const Study& study) {
               return rate_penalty_per_names()[static_cast<std::size_t>(study.training.rate_penalty_per)];
             })
          .in_key(KeyLine::rate_penalty_per),
      of.number("l2", &T::l2, 0, 1e30, "λ of ½ λ Σ w² over recurrent, input and readout weights")
          .in_key(penalties)
          .called({"weight_decay"}),
      option("regularizers", "list of variants, see `cohort list regularizers`", "more of them", read_regularizers,
             [](const Study& study) { return fmt::format("{}", fmt::join(study.regularizers_versioned, " ")); })
          .in_key(KeyLine::regularizers)
          .by_default("[]"),
      of.flag("keep_state", &T::keep_state,
              "keep the last state of every run beside the results, so that the runs of a study whose `updates` grew "
              "go on from there")
          .in_key(KeyLine::with_another)
          .called({"save_state", "keep_states", "checkpoint", "resume"})};
}

}  // namespace

std::string text_in_keys(const Option& option, const Study& study) {
  const bool is_open = study.training.keep_state && option.info.section == "training" && option.info.name == "updates";
  return is_open ? "any" : option.text(study);
}

const StudySection& training_section() {
  static const StudySection section{{"training", options()}, read};
  return section;
}

}  // namespace cohort
