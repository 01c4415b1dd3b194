#include "study_recordings.hpp"

#include "located.hpp"
#include "resolved_path.hpp"

#include <cohort/core/hash.hpp>
#include <cohort/recordings/recording_choice.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

namespace cohort {
namespace {

/// One entry of the list, as written.
struct Entry {
  std::string file, name;
  Axes axes{};
  SourceLocation where;
  RecordingChoice choice{};
  std::optional<TimeChoice::Window> network_window{};
};

constexpr double kMost = 1e9;  // ms, and any other number of an entry

std::optional<TimeChoice::Window> window_of(TomlSection& table, const std::string& key) {
  const std::vector<double> ends = table.has(key) ? table.numbers(key, -kMost, kMost) : std::vector<double>();
  if (ends.empty()) return std::nullopt;
  if (ends.size() != 2)
    throw UserError(fmt::format("{} has {} numbers", key, ends.size()), "where it begins and where it ends, in ms", "",
                    table.where(key));
  return TimeChoice::Window{ends[0], ends[1]};
}

Missing missing_in(TomlSection& table) {
  try {
    return missing_of(table.text("missing", ""));
  } catch (const UserError& error) {
    throw error.at(table.where("missing"));
  }
}

RecordingChoice choice_of(TomlSection& table) {
  RecordingChoice choice;
  choice.conditions = table.texts("conditions");
  choice.start_ms = table.number("time_start", 0, -kMost, kMost);
  choice.step_ms = table.number("time_step", 0, 0, kMost);
  choice.align = table.text("align", "");
  choice.condition = table.text("condition", "");
  choice.time.window = window_of(table, "window");
  choice.time.smooth_ms = table.number("smooth", 0, 0, kMost);
  choice.time.bin_ms = table.number("bin", 0, 0, kMost);
  choice.missing = missing_in(table);
  choice.units.minimum_rate = table.number("minimum_rate", 0, 0, kMost);
  choice.units.square_root = table.flag("square_root", false);
  if (table.has("soft_normalize")) choice.units.soft_normalize = table.number("soft_normalize", 0, 1e-9, kMost);
  choice.units.z_score = table.flag("z_score", false);
  choice.units.components = table.integer("components", 0, 0, 100000);
  return choice;
}

SampleGrid grid_of(const TaskInfo& info) { return {static_cast<Index>(info.conditions.size()), info.n_sample_steps}; }

Entry entry_of(TextOrTable written) {
  Entry entry{written.text, written.text, {}, written.where};
  if (!written.table.exists()) return entry;
  entry.file = written.table.text("file");
  entry.name = written.table.text("name", entry.file);
  entry.axes = written.table.texts("axes");
  entry.choice = choice_of(written.table);
  entry.network_window = window_of(written.table, "network_window");
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

MatrixXd weights_of_networks(const TimeGrid& grid, const TimeChoice& time) {
  try {
    return time_weights(grid, time);
  } catch (const UserError& error) {
    throw UserError("networks cannot be cut as the recording is", error.what(),
                    "network_window says which part of the task's trial, bin how long a sample is on both sides.");
  }
}

/// What networks show beside a recording of which this was chosen: their window in bins of the recording's length.
/// Nothing where neither side is cut.
MatrixXd network_times_of(const Entry& entry, const RecordingChoice& choice, const TaskInfo& task) {
  TimeChoice time;
  time.window = entry.network_window;
  time.bin_ms = choice.time.bin_ms > 0 ? choice.time.bin_ms : choice.step_ms;
  const TimeGrid grid{static_cast<double>(task.first_sample_step) * task.dt_ms, task.dt_ms, task.n_sample_steps};
  const MatrixXd weights = weights_of_networks(grid, time);
  return weights.rows() == weights.cols() && weights.isIdentity(0) ? MatrixXd() : weights;
}

/// What of a network stands beside a recording belongs to its content.
template <class Value>
void add_to_content(Recording& recording, const Value* values, Index n) {
  if (n == 0) return;
  recording.content = std::max<std::uint64_t>(
      1, hash64(std::as_bytes(std::span(values, static_cast<std::size_t>(n))), recording.content));
}

void check_measure(const std::string& name, const SampleGrid& grid) {
  const std::unique_ptr<Measure> measure = measures().make(name);
  check_conditions(measure->traits(), name, grid.n_conditions);
  check_times(measure->traits(), name, grid.n_times);
}

/// Throws UserError for a measure that what is left of the samples does not allow.
void check_measures_of(const SimilarityOptions& similarity, const SampleGrid& compared) {
  for (const std::string& name : similarity.measures) check_measure(name, compared);
}

/// The recording as it is compared, and what stands beside it. An array that is taken as it is must fit; else what fits
/// is only known when it has been treated.
Recording recording_of(const Entry& entry, const SimilarityOptions& similarity, const TaskInfo& task,
                       const SampleGrid& grid) {
  const std::string& path = similarity.recordings.back();
  const bool is_whole = entry.choice.time.is_everything(), is_cut = entry.network_window || !is_whole;
  MatrixXd network_times = is_cut ? network_times_of(entry, entry.choice, task) : MatrixXd();
  SampleGrid compared{grid.n_conditions, network_times.size() == 0 ? grid.n_times : network_times.rows()};
  Recording recording =
      read_recording(path, entry.axes, is_whole ? std::optional(compared) : std::nullopt, entry.choice.cut());
  if (recording.step_ms > 0) {  // it knows its times, which may be others than those that are written
    network_times = network_times_of(entry, entry.choice.after_cut(recording), task);
    compared.n_times = network_times.size() == 0 ? grid.n_times : network_times.rows();
  }
  recording = chosen(std::move(recording), entry.choice);
  compared.n_conditions -= recording.n_left_out;
  representation_of(recording);  // says what cannot be compared with anything
  check_fits(recording, entry.name, compared);
  check_measures_of(similarity, compared);
  add_to_content(recording, network_times.data(), network_times.size());
  recording.network_times = network_times;
  return recording;
}

void read_one(const Entry& entry, const TaskInfo& task, Study& study) {
  SimilarityOptions& similarity = study.similarity;
  if (std::ranges::count(similarity.recording_names, entry.name) > 0)
    throw UserError(fmt::format("recording '{}' stands twice in [similarity]", entry.name), "",
                    "Remove one, or give it a name: { file = ..., name = ... }.");
  similarity.recording_names.push_back(entry.name);
  similarity.recordings.push_back(resolved_path(study.path, entry.file));
  Recording recording = recording_of(entry, similarity, task, grid_of(task));
  if (!recording.conditions.empty() && !task.numbers_conditions)
    recording = in_order_of(std::move(recording), task.conditions);
  add_to_content(recording, recording.kept_conditions.data(), static_cast<Index>(recording.kept_conditions.size()));
  study.kept_recordings.push_back(std::make_shared<const Recording>(std::move(recording)));
}

}  // namespace

void check_measure(const std::string& name, const TaskInfo& task) { check_measure(name, grid_of(task)); }

void check_measures(const TomlSection& similarity, const Study& study) {
  const std::vector<std::string>& names = study.similarity.measures;
  for (std::size_t i = 0; i < names.size(); ++i) {
    try {
      check_measure(names[i], shared_task(study.task)->info());
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
  for (const TextOrTable& one : written) {
    const Entry entry = entry_of(one);
    located(one.where, [&] { return read_one(entry, shared_task(study.task)->info(), study); });
  }
}

void read_recording_of(TextOrTable written, const TaskInfo& task, Study& study) {
  read_one(entry_of(std::move(written)), task, study);
}

}  // namespace cohort
