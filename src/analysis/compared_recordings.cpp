#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/recordings/recording.hpp>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study) : names_(study.similarity.recording_names) {
  for (const auto& recording : study.kept_recordings) {
    contents_.push_back(recording->content);
    recordings_.push_back(representation_of(*recording));
  }
}

Schema ComparedRecordings::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("recording", names_, "recording compared with")};
  return schema;
}

}  // namespace cohort
