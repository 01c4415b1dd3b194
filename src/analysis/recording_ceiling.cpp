#include <cohort/analysis/recording_ceiling.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

Description RecordingCeiling::description() {
  Description d;
  d.name = "recording_ceiling";
  d.summary = "how alike random halves of a recording's units are; [similarity] resamples";
  d.equation = "/similarity/<measure>_ceiling [recording]";
  d.version = 2;  // the deviation of normalized distances is their own
  return d;
}

AnalysisList RecordingCeiling::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& measure : inputs.study.similarity.measures)
    list.push_back(std::make_unique<RecordingCeiling>(inputs.recordings, measure, inputs.study.similarity.resamples));
  return list;
}

namespace {

constexpr const char* kMean = "mean distance between random halves of the recording's units";
constexpr const char* kDeviation = "standard deviation of the distance between random halves";

std::uint64_t options_of(const std::string& measure, Index resamples) {
  return hash64(fmt::format("version {} resamples {}", RecordingCeiling::description().version, resamples),
                NamedMeasure(measure).version());
}

}  // namespace

RecordingCeiling::RecordingCeiling(const ComparedRecordings& recordings, const std::string& measure, Index resamples)
    : RecordingAnalysis(
          recordings, NamedMeasure(measure), "_ceiling", "noise ceiling",
          {{"", kMean}, {"_normalized", kMean, true}, {"_sd", kDeviation}, {"_sd_normalized", kDeviation, true}},
          options_of(measure, resamples)),
      resamples_(resamples) {}

double RecordingCeiling::cost(std::size_t item) const {
  const Representation& recording = recordings()[item];
  const Index half = std::max<Index>(1, recording.n_units() / 2);
  return static_cast<double>(resamples_) * measure()->comparison_flops(recording.n_samples(), half, half);
}

// The ceiling belongs to the recording, not to the study: its stream knows neither seed nor path.
RandomStream RecordingCeiling::stream() const { return {"ceiling", dataset_name("/" + measure().name()), 0}; }

Comparability RecordingCeiling::comparability(std::size_t item) const {
  return ceiling_comparability(*measure(), recordings()[item], static_cast<int>(resamples_), stream());
}

std::vector<double> RecordingCeiling::numbers(std::size_t item, const StopCheck& stop) const {
  const NoiseCeiling ceiling =
      split_half_ceiling(*measure(), recordings()[item], static_cast<int>(resamples_), stream(), stop);
  return {ceiling.mean, ceiling.normalized_mean, ceiling.standard_deviation, ceiling.normalized_standard_deviation};
}

}  // namespace cohort
