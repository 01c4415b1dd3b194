#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <algorithm>
#include <span>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study) : names_(study.similarity.recording_names) {
  for (const std::string& path : study.similarity.recordings) {
    const NpyArray array = read_npy(path);
    std::uint64_t content = hash64(std::as_bytes(std::span(array.shape)));
    content = hash64(std::as_bytes(std::span(array.values)), content);
    contents_.push_back(std::max<std::uint64_t>(1, content));
    recordings_.push_back(representation_from(array, path));
  }
}

Schema ComparedRecordings::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("recording", names_, "recording compared with")};
  return schema;
}

}  // namespace cohort
