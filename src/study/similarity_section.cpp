#include "located.hpp"
#include "resolved_path.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/tasks/shared_task.hpp>

namespace cohort {
namespace {

std::string samples_text(Index n_samples, Index n_conditions) {
  if (n_conditions == 0) return fmt::format("{} samples", n_samples);
  return fmt::format("{} samples = {} conditions x {} times", n_samples, n_conditions, n_samples / n_conditions);
}

/// Throws UserError unless the recording has the task's conditions and times. Conditions and times that only multiply
/// to the right number would be compared with each other.
void check_fits(const Representation& recording, const std::string& name, const TaskInfo& task) {
  const auto n_conditions = static_cast<Index>(task.conditions.size()), n_samples = n_conditions * task.n_sample_steps;
  const bool same_conditions = recording.n_conditions() == 0 || recording.n_conditions() == n_conditions;
  if (recording.n_samples() == n_samples && same_conditions) return;
  throw UserError(fmt::format("recording '{}' does not fit the task", name),
                  fmt::format("it has {}, the task {}", samples_text(recording.n_samples(), recording.n_conditions()),
                              samples_text(n_samples, n_conditions)),
                  fmt::format("Give an array [units, {}, {}] of units, times and conditions, or [{}, units].",
                              task.n_sample_steps, n_conditions, n_samples));
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("similarity");
  SimilarityOptions& similarity = study.similarity;
  similarity_section().options.read(section, study);
  similarity_section().options.refuse_the_rest(section);
  if (!similarity.recording_names.empty() && similarity.measures.empty())
    throw UserError("recordings are given, but no measures", "nothing would be compared",
                    "Write measures = [\"procrustes\"].", section.where("recordings"));
  const TaskInfo info = shared_task(study.task)->info();
  for (std::size_t i = 0; i < similarity.recording_names.size(); ++i) {
    similarity.recordings.push_back(resolved_path(study.path, similarity.recording_names[i]));
    located(section.where("recordings", i), [&] {
      study.kept_recordings.push_back(std::make_shared<const Recording>(read_recording(similarity.recordings.back())));
      check_fits(representation_of(*study.kept_recordings.back()), similarity.recording_names[i], info);
      return 0;
    });
  }
}

}  // namespace

const StudySection& similarity_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.similarity; });
  static const StudySection section{
      {"similarity",
       {option(
            "measures", "list of variants, see `cohort list measures`", "how networks are compared",
            [](TomlSection& keys, Study& study) {
              for (const FactorLevel& level : variant_levels(keys, "measures", measures().catalogue()))
                study.similarity.measures.push_back(level.text);
            },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.similarity.measures, ", ")); })
            .by_default("[]"),
        option(
            "recordings", "list of paths of .npy files",
            "recordings that networks are compared with: [units, time, conditions] or [samples, units]",
            [](TomlSection& keys, Study& study) { study.similarity.recording_names = keys.texts("recordings"); },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.similarity.recording_names, ", ")); })
            .by_default("[]"),
        of.integer("resamples", &SimilarityOptions::resamples, 2, 1'000'000,
                   "halves of a recording for its noise ceiling")}},
      read};
  return section;
}

}  // namespace cohort
