#include <cohort/analysis/recording_baseline.hpp>

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/baseline.hpp>
#include <cohort/similarity/measures.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace cohort {

Description RecordingBaseline::description() {
  Description d;
  d.name = "recording_baseline";
  d.summary = "distance of a recording to its own cross-condition average";
  d.equation = "/similarity/<measure>_baseline [recording]";
  return d;
}

AnalysisList RecordingBaseline::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& measure : inputs.study.similarity.measures)
    list.push_back(std::make_unique<RecordingBaseline>(inputs.recordings, measure));
  return list;
}

RecordingBaseline::RecordingBaseline(const ComparedRecordings& recordings, const std::string& measure)
    : recordings_(recordings),
      measure_(measures().make(measure)),
      variant_(measure),
      name_("similarity/" + dataset_name(measure) + "_baseline"),
      path_("/" + name_) {
  const Catalogue& catalogue = measures().catalogue();
  options_ = hash64(catalogue.versioned(catalogue.parse(measure)));
}

Schema RecordingBaseline::datasets() const {
  Schema schema = recordings_.dimensions();
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", {"recording"});
  const auto add = [&](const std::string& suffix, const std::string& units, const char* remark) {
    schema.datasets.push_back(
        {path_ + suffix,
         ValueType::f64,
         {"recording"},
         units,
         fmt::format("{}: distance between the recording and its cross-condition average{}", variant_, remark)});
    schema.datasets.back().made_from = made_from.path;
  };
  add("", measure_->traits().units, "");
  add("_normalized", "1", ", normalized");
  schema.datasets.push_back(made_from);
  return schema;
}

double RecordingBaseline::cost(std::size_t item) const {
  const Representation& recording = recordings_[item];
  return measure_->comparison_flops(recording.n_samples(), recording.n_units(), recording.n_units());
}

std::vector<BlockPlace> RecordingBaseline::places(std::size_t item) const {
  return {{path_, ValueType::f64, {item}, {1}}, {path_ + "_normalized", ValueType::f64, {item}, {1}}};
}

std::vector<BlockPlace> RecordingBaseline::made_from_places(std::size_t item) const {
  return {{path_ + "_made_from", ValueType::u64, {item}, {1}}};
}

std::vector<std::uint64_t> RecordingBaseline::made_from(std::size_t item, const FinishedRuns&) const {
  const std::uint64_t content = recordings_.content(item);
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&content, 1)), options_))};
}

void RecordingBaseline::compute(std::size_t item, const FinishedRuns&, const std::vector<bool>&, const StopCheck& stop,
                                ItemValues& values) const {
  if (recordings_[item].n_conditions() < 2) return;
  MeasureContext context;
  context.stop = stop;
  context.stream = RandomStream("baseline", variant_, recordings_.content(item));
  const double value = distance(*measure_, recordings_[item], cross_condition_mean(recordings_[item]), context);
  values.block<double>(0)[0] = value;
  values.block<double>(1)[0] = measure_->normalized(value);
}

}  // namespace cohort
