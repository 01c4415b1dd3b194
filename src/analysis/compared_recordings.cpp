#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/tasks/shared_task.hpp>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study) : names_(study.similarity.recording_names) {
  const auto n_conditions = static_cast<Index>(shared_task(study.task)->info().conditions.size());
  for (const auto& recording : study.kept_recordings) {
    contents_.push_back(recording->content);
    recordings_.push_back(representation_of(*recording));
    network_times_.push_back(recording->network_times);
    folds_.emplace_back();
    if (recording->network_times.size() > 0 && n_conditions >= 2)
      folds_.back().emplace(n_conditions, recording->network_times.rows());
  }
}

const ConditionFolds* ComparedRecordings::folds(std::size_t recording) const {
  return folds_[recording] ? &*folds_[recording] : nullptr;
}

Schema ComparedRecordings::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("recording", names_, "recording compared with")};
  return schema;
}

}  // namespace cohort
