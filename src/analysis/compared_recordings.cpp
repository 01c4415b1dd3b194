#include <cohort/analysis/compared_recordings.hpp>

#include <cohort/analysis/analysis.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/recordings/time_choice.hpp>

#include <algorithm>
#include <utility>

namespace cohort {

ComparedRecordings::ComparedRecordings(const Study& study, Index n_conditions, Index n_times)
    : names_(study.similarity.recording_names), recorded_(study.kept_recordings), n_conditions_(n_conditions) {
  for (std::size_t i = 0; i < recorded_.size(); ++i) {
    const Recording& recording = *recorded_[i];
    contents_.push_back(recording.content);
    recordings_.push_back(representation_of(recording));
    folds_.emplace_back();
    const Index n_kept = n_conditions - recording.n_left_out;
    if (!takes_all_samples(i) && n_kept >= 2)
      folds_.back().emplace(n_kept, recording.network_times.size() > 0 ? recording.network_times.rows() : n_times);
  }
}

std::optional<Representation> ComparedRecordings::beside(std::size_t recording, const Representation& network) const {
  if (takes_all_samples(recording)) return network;
  MatrixXd values = samples_beside(recording, network.values());
  if (Representation::comparability(values, network.precision()) != Comparability::comparable) return std::nullopt;
  return Representation(std::move(values), network.n_conditions() - recorded_[recording]->n_left_out, network.name(),
                        network.precision());
}

const ConditionFolds* ComparedRecordings::folds(std::size_t recording) const {
  return folds_[recording] ? &*folds_[recording] : nullptr;
}

bool ComparedRecordings::have_trials() const {
  return std::ranges::any_of(recorded_, [](const auto& recording) { return !recording->trial_counts.empty(); });
}

bool ComparedRecordings::takes_all_samples(std::size_t recording) const {
  return recorded_[recording]->network_times.size() == 0 && recorded_[recording]->kept_conditions.empty();
}

MatrixXd ComparedRecordings::samples_beside(std::size_t recording, const MatrixXd& values) const {
  const std::vector<Index>& kept = recorded_[recording]->kept_conditions;
  const MatrixXd& times = recorded_[recording]->network_times;
  MatrixXd own = values;
  if (!kept.empty()) {
    const Index n_times = values.rows() / n_conditions_;
    own.resize(static_cast<Index>(kept.size()) * n_times, values.cols());
    for (std::size_t i = 0; i < kept.size(); ++i)
      own.middleRows(static_cast<Index>(i) * n_times, n_times) = values.middleRows(kept[i] * n_times, n_times);
  }
  return times.size() > 0 ? through_time(times, own) : own;
}

Schema ComparedRecordings::dimensions() const {
  Schema schema;
  schema.dimensions = {labelled("recording", names_, "recording compared with")};
  return schema;
}

}  // namespace cohort
