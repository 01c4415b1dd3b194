#include <cohort/study/added_similarity.hpp>

#include "parsed_toml.hpp"
#include "study_recordings.hpp"

#include <cohort/core/dataset_name.hpp>
#include <cohort/recordings/recording.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {
namespace {

/// As a TOML text: a path may hold anything.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// The entry alone, in a study that has no other.
Study read_alone(const std::string& written, const TaskInfo& task) {
  const bool is_table =
      written.find_first_not_of(" \t") != written.npos && written[written.find_first_not_of(" \t")] == '{';
  const std::string place = "--recording";
  const toml::table root = parsed_toml("recordings = [" + (is_table ? written : quoted(written)) + "]", place);
  TomlSection section(&root, "similarity", place);
  Study study;
  for (TextOrTable& one : section.texts_or_tables("recordings")) read_recording_of(std::move(one), task, study);
  return study;
}

}  // namespace

void add_measures(const std::vector<std::string>& variants, const TaskInfo& task, Study& study) {
  SimilarityOptions& similarity = study.similarity;
  for (const std::string& variant : variants) {
    check_measure(variant, task);
    const auto is_same = [&](const std::string& other) { return dataset_name(other) == dataset_name(variant); };
    if (std::any_of(similarity.measures.begin(), similarity.measures.end(), is_same)) continue;
    similarity.measures.push_back(variant);
    similarity.added_measures.push_back(variant);
  }
}

void add_recordings(const std::vector<std::string>& written, const TaskInfo& task, Study& study) {
  SimilarityOptions& similarity = study.similarity;
  for (const std::string& one : written) {
    const Study alone = read_alone(one, task);
    const std::string& name = alone.similarity.recording_names.front();
    const auto found = std::find(similarity.recording_names.begin(), similarity.recording_names.end(), name);
    if (found != similarity.recording_names.end()) {
      const auto place = static_cast<std::size_t>(found - similarity.recording_names.begin());
      if (study.kept_recordings[place]->content == alone.kept_recordings.front()->content) {
        study.kept_recordings[place] = alone.kept_recordings.front();  // its file knows its trials
        continue;
      }
      throw UserError(fmt::format("recording '{}' is there already, with other numbers", name), "",
                      "Give it another name: { file = ..., name = ... }.");
    }
    similarity.recording_names.push_back(name);
    similarity.recordings.push_back(alone.similarity.recordings.front());
    similarity.added_recordings.push_back(name);
    study.kept_recordings.push_back(alone.kept_recordings.front());
  }
}

}  // namespace cohort
