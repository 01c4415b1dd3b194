#include <cohort/analysis/recordings_schema.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/recordings/recording.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cohort {

namespace {

/// Of each sample, where the recording names its conditions.
DatasetInfo condition_labels(const std::string& name, const Recording& recording) {
  DatasetInfo info{"/recordings/" + name + "_condition", ValueType::text, {name + "_sample"}};
  info.long_name = "condition of the sample, as the recording calls it";
  for (const std::string& label : recording.conditions) info.text_length = std::max(info.text_length, label.size());
  const auto n_times = static_cast<std::size_t>(recording.n_samples() / recording.n_conditions);
  info.constants = Generated<std::string>(static_cast<std::size_t>(recording.n_samples()),
                                          [labels = recording.conditions, n_times](std::size_t first, auto texts) {
                                            for (std::size_t k = 0; k < texts.size(); ++k)
                                              texts[k] = labels[(first + k) / n_times];
                                          });
  return info;
}

/// How a network's samples of one condition become those that are compared with the recording.
void append_network_times(const std::string& name, const MatrixXd& times, Schema& schema) {
  const auto n_bins = static_cast<std::size_t>(times.rows()), n_steps = static_cast<std::size_t>(times.cols());
  schema.dimensions.push_back({name + "_bin", n_bins, "time of the samples of a condition"});
  schema.dimensions.push_back({name + "_network_step", n_steps, "time of a network's samples of a condition"});
  DatasetInfo info{"/recordings/" + name + "_network_times", ValueType::f64, {name + "_bin", name + "_network_step"}};
  info.long_name = "weights of a network's samples: what stands beside the recording is their product, by condition";
  info.constants = Generated<double>(n_bins * n_steps, [times, n_steps](std::size_t first, std::span<double> values) {
    for (std::size_t k = 0; k < values.size(); ++k)
      values[k] = times(static_cast<Index>((first + k) / n_steps), static_cast<Index>((first + k) % n_steps));
  });
  schema.datasets.push_back(info);
}

/// Which of the task's conditions are compared, where some are left out.
void append_kept_conditions(const std::string& name, const std::vector<Index>& kept, Schema& schema) {
  schema.dimensions.push_back({name + "_kept", kept.size(), "conditions that are compared"});
  DatasetInfo info{"/recordings/" + name + "_kept_conditions", ValueType::i32, {name + "_kept"}};
  info.long_name = "conditions of the task that are compared, others hold missing values; from 0";
  info.constants = Generated<std::int32_t>(kept.size(), [kept](std::size_t first, std::span<std::int32_t> values) {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<std::int32_t>(kept[first + k]);
  });
  schema.datasets.push_back(info);
}

}  // namespace

Schema recordings_schema(const Study& study) {
  Schema schema;
  for (std::size_t i = 0; i < study.kept_recordings.size(); ++i) {
    const std::shared_ptr<const Recording> recording = study.kept_recordings[i];
    const std::string name = dataset_name(study.similarity.recording_names[i]);
    const auto n_samples = static_cast<std::size_t>(recording->n_samples());
    const auto n_units = static_cast<std::size_t>(recording->n_units());
    schema.dimensions.push_back({name + "_sample", n_samples, "condition x time, time fastest"});
    schema.dimensions.push_back({name + "_unit", n_units, "recorded unit"});
    DatasetInfo info{"/recordings/" + name, ValueType::f64, {name + "_sample", name + "_unit"}};
    info.long_name = "values as compared with the networks";
    info.comment = fmt::format("{}; axes of the array there: {}; {}; content {:016x}",
                               study.similarity.recording_names[i], fmt::join(recording->axes, ", "),
                               recording->n_conditions > 0 ? fmt::format("{} conditions", recording->n_conditions)
                                                           : std::string("conditions unknown"),
                               recording->content);
    info.attributes = {{"precision", fmt::format("{}", recording->precision)},
                       {"trial_counts", fmt::format("{}", fmt::join(recording->trial_counts, " "))}};
    info.constants =
        Generated<double>(n_samples * n_units, [recording, n_units](std::size_t first, std::span<double> values) {
          for (std::size_t k = 0; k < values.size(); ++k)
            values[k] =
                recording->values(static_cast<Index>((first + k) / n_units), static_cast<Index>((first + k) % n_units));
        });
    schema.datasets.push_back(info);
    if (recording->network_times.size() > 0) append_network_times(name, recording->network_times, schema);
    if (!recording->kept_conditions.empty()) append_kept_conditions(name, recording->kept_conditions, schema);
    if (!recording->conditions.empty()) schema.datasets.push_back(condition_labels(name, *recording));
  }
  return schema;
}

}  // namespace cohort
