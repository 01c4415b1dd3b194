#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/recordings/time_choice.hpp>

#include <utility>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study, Index n_conditions)
    : names_(study.similarity.recording_names) {
  for (const auto& recording : study.kept_recordings) {
    contents_.push_back(recording->content);
    recordings_.push_back(representation_of(*recording));
    network_times_.push_back(recording->network_times);
    folds_.emplace_back();
    if (recording->network_times.size() > 0 && n_conditions >= 2)
      folds_.back().emplace(n_conditions, recording->network_times.rows());
  }
}

std::optional<Representation> ComparedRecordings::beside(std::size_t recording, const Representation& network) const {
  const MatrixXd& times = network_times_[recording];
  if (times.size() == 0) return network;
  MatrixXd values = through_time(times, network.values());
  if (Representation::comparability(values, network.precision()) != Comparability::comparable) return std::nullopt;
  return Representation(std::move(values), network.n_conditions(), network.name(), network.precision());
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
