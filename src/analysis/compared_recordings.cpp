#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study) : names_(study.similarity.recording_names) {
  for (const std::string& path : study.similarity.recordings) {
    const Recording recording = read_recording(path);
    contents_.push_back(recording.content);
    recordings_.push_back(representation_of(recording));
  }
}

Schema ComparedRecordings::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("recording", names_, "recording compared with")};
  return schema;
}

}  // namespace cohort
