#include <cohort/analysis/recording_ceiling.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {

Description RecordingCeiling::description() {
  Description d;
  d.name = "recording_ceiling";
  d.summary = "how alike random halves of a recording's units are; [similarity] resamples";
  d.equation = "/similarity/<measure>_ceiling [recording]";
  return d;
}

AnalysisList RecordingCeiling::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& measure : inputs.study.similarity.measures)
    list.push_back(std::make_unique<RecordingCeiling>(inputs.recordings, measure, inputs.study.similarity.resamples));
  return list;
}

RecordingCeiling::RecordingCeiling(const ComparedRecordings& recordings, const std::string& measure, Index resamples)
    : recordings_(recordings),
      measure_(measures().make(measure)),
      variant_(measure),
      name_("similarity/" + dataset_name(measure) + "_ceiling"),
      path_("/" + name_),
      resamples_(resamples) {
  const Catalogue& catalogue = measures().catalogue();
  options_ = hash64(catalogue.versioned(catalogue.parse(measure)), static_cast<std::uint64_t>(resamples));
}

Schema RecordingCeiling::datasets() const {
  Schema schema = recordings_.dimensions();
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", {"recording"});
  const auto add = [&](const std::string& suffix, const std::string& units, const char* what, const char* remark) {
    schema.datasets.push_back(
        {path_ + suffix, ValueType::f64, {"recording"}, units, fmt::format("{}: {}{}", variant_, what, remark)});
    schema.datasets.back().made_from = made_from.path;
  };
  const char* mean = "mean distance between random halves of the recording's units";
  const char* deviation = "standard deviation of the distance between random halves";
  add("", measure_->traits().units, mean, "");
  add("_normalized", "1", mean, ", normalized");
  add("_sd", measure_->traits().units, deviation, "");
  add("_sd_normalized", "1", deviation, ", normalized");
  schema.datasets.push_back(made_from);
  return schema;
}

double RecordingCeiling::cost(std::size_t item) const {
  const Representation& recording = recordings_[item];
  const Index half = std::max<Index>(1, recording.n_units() / 2);
  return static_cast<double>(resamples_) * measure_->comparison_flops(recording.n_samples(), half, half);
}

std::vector<BlockPlace> RecordingCeiling::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const char* suffix : {"", "_normalized", "_sd", "_sd_normalized"})
    places.push_back({path_ + suffix, ValueType::f64, {item}, {1}});
  return places;
}

std::vector<BlockPlace> RecordingCeiling::made_from_places(std::size_t item) const {
  return {{path_ + "_made_from", ValueType::u64, {item}, {1}}};
}

std::vector<std::uint64_t> RecordingCeiling::made_from(std::size_t item, const FinishedRuns&) const {
  const std::uint64_t content = recordings_.content(item);
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&content, 1)), options_))};
}

void RecordingCeiling::compute(std::size_t item, const FinishedRuns&, const std::vector<bool>&, const StopCheck& stop,
                               ItemValues& values) const {
  if (recordings_[item].n_units() < 2) return;
  // The ceiling belongs to the recording, not to the study: its stream knows neither seed nor path.
  const RandomStream stream("ceiling", dataset_name("/similarity/" + dataset_name(variant_)), 0);
  const NoiseCeiling ceiling =
      split_half_ceiling(*measure_, recordings_[item], static_cast<int>(resamples_), stream, stop);
  values.block<double>(0)[0] = ceiling.mean;
  values.block<double>(1)[0] = measure_->normalized(ceiling.mean);
  // A standard deviation scales like a distance from zero.
  values.block<double>(2)[0] = ceiling.standard_deviation;
  values.block<double>(3)[0] = measure_->normalized(ceiling.standard_deviation);
}

}  // namespace cohort
