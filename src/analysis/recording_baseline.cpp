#include <cohort/analysis/recording_baseline.hpp>

#include <cohort/similarity/baseline.hpp>

namespace cohort {

Description RecordingBaseline::description() {
  Description d;
  d.name = "recording_baseline";
  d.summary = "distance of a recording to its cross-condition average";
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

namespace {

constexpr const char* kWhat = "distance between the recording and its cross-condition average";

}  // namespace

RecordingBaseline::RecordingBaseline(const ComparedRecordings& recordings, const std::string& measure)
    : RecordingAnalysis(recordings, NamedMeasure(measure), "_baseline", "baseline",
                        {{"", kWhat}, {"_normalized", kWhat, true}}, NamedMeasure(measure).version()) {}

double RecordingBaseline::cost(std::size_t item) const {
  const Representation& recording = recordings()[item];
  return measure()->comparison_flops(recording.n_samples(), recording.n_units(), recording.n_units());
}

Comparability RecordingBaseline::comparability(std::size_t item) const {
  return mean_comparability(recordings()[item]);
}

std::vector<double> RecordingBaseline::numbers(std::size_t item, const StopCheck& stop) const {
  MeasureContext context;
  context.stop = stop;
  context.stream = RandomStream("baseline", measure().variant(), recordings().content(item));
  const Representation& recording = recordings()[item];
  const double value = distance(*measure(), recording, cross_condition_mean(recording), context);
  return {value, measure()->normalized(value)};
}

}  // namespace cohort
