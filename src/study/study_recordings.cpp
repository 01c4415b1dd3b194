#include "study_recordings.hpp"

#include "located.hpp"
#include "resolved_path.hpp"

#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// One entry of the list, as written.
struct Entry {
  std::string file, name;
  Axes axes{};
  SourceLocation where;
};

SampleGrid grid_of(const Study& study) {
  const TaskInfo info = shared_task(study.task)->info();
  return {static_cast<Index>(info.conditions.size()), info.n_sample_steps};
}

Entry entry_of(TextOrTable written) {
  Entry entry{written.text, written.text, {}, written.where};
  if (!written.table.exists()) return entry;
  entry.file = written.table.text("file");
  entry.name = written.table.text("name", entry.file);
  entry.axes = written.table.texts("axes");
  written.table.refuse_the_rest();
  try {
    if (!entry.axes.empty()) check_axes(entry.axes);
  } catch (const UserError& error) {
    throw error.at(written.table.where("axes"));
  }
  return entry;
}

std::string samples_text(Index n_samples, Index n_conditions) {
  if (n_conditions == 0) return fmt::format("{} samples", n_samples);
  return fmt::format("{} samples = {} conditions x {} times", n_samples, n_conditions, n_samples / n_conditions);
}

/// How the array would fit, if its axes were others than those it was read with. Of units and trials either may be
/// which: more units than trials are taken for the likelier.
std::string other_axes_text(const Recording& recording, const SampleGrid& grid) {
  std::vector<Axes> fitting = fitting_axes(recording.shape, grid);
  if (fitting.empty()) return "";
  const auto n_units = [&](const Axes& axes) {
    return recording.shape[static_cast<std::size_t>(std::ranges::find(axes, "units") - axes.begin())];
  };
  const Axes axes = recording.shape.size() == 4 ? std::ranges::max(fitting, {}, n_units) : fitting.front();
  return fmt::format(" As {} it would fit{}; if that is what it holds, write {{ file = ..., axes = {} }}.",
                     axes_text(axes, recording.shape),
                     fitting.size() > 1 ? " (or with units and trials exchanged)" : "", axes_as_written(axes));
}

/// Conditions and times that only multiply to the right number would be compared with each other.
void check_fits(const Recording& recording, const std::string& name, const SampleGrid& grid) {
  const bool same_conditions = recording.n_conditions == 0 || recording.n_conditions == grid.n_conditions;
  if (recording.n_samples() == grid.n_samples() && same_conditions) return;
  throw UserError(fmt::format("recording '{}' does not fit the task", name),
                  fmt::format("it has {}, the task {}", samples_text(recording.n_samples(), recording.n_conditions),
                              samples_text(grid.n_samples(), grid.n_conditions)),
                  fmt::format("Give an array [units, {}, {}] of units, times and conditions, or [{}, units].{}",
                              grid.n_times, grid.n_conditions, grid.n_samples(), other_axes_text(recording, grid)));
}

void read_one(const Entry& entry, const SampleGrid& grid, Study& study) {
  SimilarityOptions& similarity = study.similarity;
  if (std::ranges::count(similarity.recording_names, entry.name) > 0)
    throw UserError(fmt::format("recording '{}' stands twice in [similarity]", entry.name), "",
                    "Remove one, or give it a name: { file = ..., name = ... }.");
  similarity.recording_names.push_back(entry.name);
  similarity.recordings.push_back(resolved_path(study.path, entry.file));
  Recording recording = read_recording(similarity.recordings.back(), entry.axes, grid);
  representation_of(recording);  // says what cannot be compared with anything
  check_fits(recording, entry.name, grid);
  const TaskInfo& task = shared_task(study.task)->info();
  if (!recording.conditions.empty() && !task.numbers_conditions)
    recording = in_order_of(std::move(recording), task.conditions);
  study.kept_recordings.push_back(std::make_shared<const Recording>(std::move(recording)));
}

}  // namespace

void check_measures(const TomlSection& similarity, const Study& study) {
  const std::vector<std::string>& names = study.similarity.measures;
  for (std::size_t i = 0; i < names.size(); ++i) {
    try {
      const std::unique_ptr<Measure> measure = measures().make(names[i]);
      const MeasureTraits& traits = measure->traits();
      check_conditions(traits, names[i], grid_of(study).n_conditions);
      check_times(traits, names[i], grid_of(study).n_times);
    } catch (const UserError& error) {
      throw error.at(similarity.where("measures", i));
    }
  }
}

void read_recordings(TomlSection& similarity, Study& study) {
  const auto written = similarity.texts_or_tables("recordings");
  if (!written.empty() && study.similarity.measures.empty())
    throw UserError("recordings are given, but no measures", "nothing would be compared",
                    "Write measures = [\"procrustes\"].", similarity.where("recordings"));
  const SampleGrid grid = grid_of(study);
  for (const TextOrTable& one : written) {
    const Entry entry = entry_of(one);
    located(one.where, [&] { return read_one(entry, grid, study); });
  }
}

}  // namespace cohort
