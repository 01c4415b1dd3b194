#include <cohort/analysis/stored_study.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/task_schema.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <memory>
#include <sstream>

namespace cohort {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

MatrixXd matrix_of(ResultsFile& file, const std::string& path) {
  const Extent extent = file.extent(path);
  const std::vector<double> values = file.read<double>(path);
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      values.data(), static_cast<Index>(extent[0]), static_cast<Index>(extent[1]));
}

/// The last word of a text.
std::string last_word(const std::string& text) { return text.substr(text.rfind(' ') + 1); }

/// Of the numbers as the user stored them. Files from before it was noted: single precision where that holds them all.
double precision_of(ResultsFile& file, const std::string& path, const MatrixXd& values) {
  if (const std::string noted = file.attribute(path, "precision"); !noted.empty())
    return std::strtod(noted.c_str(), nullptr);
  const bool is_single = (values.array() == values.cast<float>().cast<double>().array()).all();
  return is_single ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
}

/// What recordings_schema wrote.
Recording stored_recording(ResultsFile& file, const std::string& name) {
  const std::string path = "/recordings/" + dataset_name(name), comment = file.attribute(path, "comment");
  Recording recording;
  recording.source = name;
  recording.values = matrix_of(file, path);
  recording.shape = file.extent(path);
  recording.axes = {"samples", "units"};
  recording.axes_are_given = true;
  recording.precision = precision_of(file, path, recording.values);
  // "...; axes of the array there: units, time, conditions; 8 conditions; content 0123456789abcdef"
  const std::size_t content = comment.rfind("; content "), conditions = comment.rfind("; ", content - 1);
  if (content == comment.npos || conditions == comment.npos)
    throw UserError(fmt::format("does not say what {} is", path), "it was made by an earlier version", "",
                    {file.path()});
  const std::string hash = last_word(comment);
  std::from_chars(hash.data(), hash.data() + hash.size(), recording.content, 16);
  recording.n_conditions = std::atol(comment.c_str() + conditions + 2);  // "conditions unknown": 0
  if (const std::string axes = "; axes of the array there: "; comment.rfind(axes) != comment.npos) {
    const std::size_t first = comment.rfind(axes) + axes.size();
    recording.axes = parse_axes(comment.substr(first, conditions - first));
  }
  std::istringstream counts(file.attribute(path, "trial_counts"));
  for (Index n = 0; counts >> n;) recording.trial_counts.push_back(n);  // of trials that are not in the file
  if (file.has(path + "_kept_conditions")) {
    for (const std::int32_t kept : file.read<std::int32_t>(path + "_kept_conditions"))
      recording.kept_conditions.push_back(kept);
    recording.n_left_out = file.read<std::int32_t>("/snapshots/condition").back() + 1 -
                           static_cast<Index>(recording.kept_conditions.size());
  }
  if (file.has(path + "_network_times")) recording.network_times = matrix_of(file, path + "_network_times");
  if (file.has(path + "_condition")) {
    const std::vector<std::string> labels = file.read_text(path + "_condition");
    const std::size_t n_times = labels.size() / static_cast<std::size_t>(recording.n_conditions);
    for (std::size_t sample = 0; sample < labels.size(); sample += n_times)
      recording.conditions.push_back(labels[sample]);
  }
  return recording;
}

TaskInfo stored_task(ResultsFile& file) {
  TaskInfo task;
  const auto steps = file.read<std::int32_t>("/snapshots/step");
  const auto conditions = file.read<std::int32_t>("/snapshots/condition");
  const auto n_conditions = static_cast<Index>(conditions.empty() ? 0 : conditions.back() + 1);
  if (n_conditions > 0) {
    task.first_sample_step = steps.front();
    task.n_sample_steps = static_cast<Index>(steps.size()) / n_conditions;
  }
  task.dt_ms = file.read<double>("/task/dt").front();
  task.conditions = lines_of(file.attribute("/task/trial_condition", kConditionNames));
  task.numbers_conditions = file.attribute("/task/trial_condition", kConditionsAreNumbers) == "true";
  if (static_cast<Index>(task.conditions.size()) == n_conditions) return task;
  // A file from before they were named there: recordings go by the order of their conditions.
  task.conditions = numbered_names("condition", n_conditions);
  task.numbers_conditions = true;
  return task;
}

void add_recording(ResultsFile& file, const std::string& name, Study& study) {
  study.similarity.recording_names.push_back(name);
  study.similarity.recordings.push_back("");
  study.kept_recordings.push_back(std::make_shared<const Recording>(stored_recording(file, name)));
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& other) { return dataset_name(other) == dataset_name(name); });
}

}  // namespace

StoredStudy stored_study(ResultsFile& file) {
  if (!file.has("/snapshots/representation"))
    throw UserError("holds no representations", "nothing of its networks can be compared", "", {file.path()});
  StoredStudy stored;
  Study& study = stored.study;
  study.path = file.path();
  study.name = file.attribute("/", "title");
  study.text = file.attribute("/", "study");
  study.similarity = similarity_options_of(study.text, file.path());
  study.effects = effect_settings_of(study.text, file.path());
  stored.task = stored_task(file);
  const std::vector<std::string> added = lines_of(file.attribute("/", kAddedRecordings));
  if (file.has("/similarity/recording"))
    for (const std::string& name : file.read_text("/similarity/recording"))
      if (!has(added, name)) add_recording(file, name, study);
  keep_added(file, study);
  return stored;
}

void keep_added(ResultsFile& file, Study& study) {
  SimilarityOptions& similarity = study.similarity;
  for (const std::string& variant : lines_of(file.attribute("/", kAddedMeasures))) {
    if (has(similarity.measures, variant)) continue;
    similarity.measures.push_back(variant);
    similarity.added_measures.push_back(variant);
  }
  for (const std::string& name : lines_of(file.attribute("/", kAddedRecordings))) {
    if (has(similarity.recording_names, name) || !file.has("/recordings/" + dataset_name(name))) continue;
    add_recording(file, name, study);
    similarity.added_recordings.push_back(name);
  }
}

std::string added_text(const SimilarityOptions& similarity) {
  const auto words = [](const char* word, const std::vector<std::string>& names) {
    if (names.empty()) return std::string();
    return fmt::format("{}{} {}", word, names.size() == 1 ? "" : "s", fmt::join(names, ", "));
  };
  const std::string measures = words("measure", similarity.added_measures);
  const std::string recordings = words("recording", similarity.added_recordings);
  return measures + (measures.empty() || recordings.empty() ? "" : " and ") + recordings;
}

}  // namespace cohort
