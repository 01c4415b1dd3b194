#include <cohort/analysis/recording_trial_ceiling.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/trial_ceiling.hpp>

#include <fmt/format.h>

namespace cohort {

Description RecordingTrialCeiling::description() {
  Description d;
  d.name = "recording_trial_ceiling";
  d.summary = "how alike random halves of a recording's trials are, where it keeps them; [similarity] resamples";
  d.equation = "/similarity/<measure>_trial_ceiling [recording]";
  d.reference = "Spearman 1910 and Brown 1910, doi:10.1111/j.2044-8295.1910.tb00206.x, .tb00207.x: the corrected one";
  return d;
}

AnalysisList RecordingTrialCeiling::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (!inputs.recordings.have_trials()) return list;
  const SimilarityOptions& similarity = inputs.study.similarity;
  for (const std::string& measure : similarity.measures)
    list.push_back(std::make_unique<RecordingTrialCeiling>(inputs.recordings, measure, similarity.resamples));
  return list;
}

namespace {

constexpr const char* kMean = "mean distance between random halves of the recording's trials";
constexpr const char* kDeviation = "standard deviation of the distance between random halves of the trials";
constexpr const char* kCorrected = "the same mean, as it would be with all trials on both sides";

std::uint64_t options_of(const std::string& measure, Index resamples) {
  return hash64(fmt::format("trials, version {} resamples {}", RecordingTrialCeiling::description().version, resamples),
                NamedMeasure(measure).version());
}

}  // namespace

RecordingTrialCeiling::RecordingTrialCeiling(const ComparedRecordings& recordings, const std::string& measure,
                                             Index resamples)
    : RecordingAnalysis(
          recordings, NamedMeasure(measure), "_trial_ceiling", "noise ceiling by trials",
          [&] {
            const std::string formula = full_length_formula(NamedMeasure(measure)->traits());
            std::vector<Column> columns{
                {"", kMean}, {"_normalized", kMean, true}, {"_sd", kDeviation}, {"_sd_normalized", kDeviation, true}};
            columns[0].attributes = {
                {"spearman_brown", formula.empty() ? "none: its values are no correlations" : formula}};
            if (!formula.empty()) columns.push_back({"_corrected", kCorrected, false, {{"spearman_brown", formula}}});
            return columns;
          }(),
          options_of(measure, resamples)),
      resamples_(resamples) {}

double RecordingTrialCeiling::cost(std::size_t item) const {
  const Representation& recording = recordings()[item];
  const Index n_units = recording.n_units();
  return static_cast<double>(resamples_) * measure()->comparison_flops(recording.n_samples(), n_units, n_units);
}

// As that of halves of units: it belongs to the recording, not to the study.
RandomStream RecordingTrialCeiling::stream() const {
  return {"trial ceiling", dataset_name("/" + measure().name()), 0};
}

std::string RecordingTrialCeiling::hindrance(std::size_t item) const {
  const Recording& recording = recordings().recorded(item);
  const bool is_gone = recording.trials.empty() && !recording.trial_counts.empty();
  return is_gone ? "its trials are not kept in results; cohort analyse --recording with its file knows them" : "";
}

Comparability RecordingTrialCeiling::comparability(std::size_t item) const {
  return trial_ceiling_comparability(*measure(), recordings().recorded(item), recordings()[item],
                                     static_cast<int>(resamples_), stream());
}

std::vector<double> RecordingTrialCeiling::numbers(std::size_t item, const StopCheck& stop) const {
  const NoiseCeiling ceiling = trial_half_ceiling(*measure(), recordings().recorded(item), recordings()[item],
                                                  static_cast<int>(resamples_), stream(), stop);
  std::vector<double> numbers{ceiling.mean, ceiling.normalized_mean, ceiling.standard_deviation,
                              ceiling.normalized_standard_deviation};
  if (measure()->traits().reliability != Reliability::none)
    numbers.push_back(full_length(measure()->traits(), ceiling.mean));
  return numbers;
}

}  // namespace cohort
