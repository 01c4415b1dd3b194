#include <cohort/analysis/recording_distances.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <array>
#include <limits>

namespace cohort {

Description RecordingDistances::description() {
  Description d;
  d.name = "recording_distances";
  d.summary = "distance of every run to every recording at every matched level; [similarity] recordings";
  d.equation = "/similarity/<measure>_recording [level, run, recording]";
  d.version = 2;  // what varies by rounding of single precision alone is not compared
  return d;
}

AnalysisList RecordingDistances::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& measure : compared_measures(inputs.study.similarity))
    list.push_back(std::make_unique<RecordingDistances>(inputs.samples, inputs.recordings, NamedMeasure(measure)));
  return list;
}

RecordingDistances::RecordingDistances(const StudySamples& samples, const ComparedRecordings& recordings,
                                       NamedMeasure measure)
    : samples_(samples),
      recordings_(recordings),
      measure_(std::move(measure)),
      name_(measure_.name() + "_recording"),
      path_("/" + name_),
      version_(hash64(fmt::format("version {}", description().version), measure_.version())) {
  for (std::size_t r = 0; r < recordings.size(); ++r) prepared_.push_back(measure_->prepare(recordings[r]));
}

Schema RecordingDistances::datasets() const {
  Schema schema = samples_.dimensions();
  schema.append(recordings_.dimensions());
  const std::vector<std::string> axes{"level", "run", "recording"};
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", axes);
  const std::string what = "distance between run and recording";
  schema.datasets.push_back(measure_.dataset(path_, ValueType::f64, axes, what));
  schema.datasets.push_back(measure_.normalized_dataset(path_ + "_normalized", axes, what));
  if (measure_->traits().has_interval)
    for (const std::string end : {"low", "high"})
      schema.datasets.push_back(
          measure_.dataset(path_ + "_" + end, ValueType::f64, axes, end + " end of its interval"));
  if (measure_->traits().has_reasons) schema.datasets.push_back(measure_.reasons(path_, axes));
  for (DatasetInfo& info : schema.datasets) info.made_from = made_from.path;
  schema.datasets.push_back(made_from);
  return schema;
}

std::size_t RecordingDistances::n_items() const {
  return samples_.levels().size() * ((samples_.n_runs() + runs_per_item - 1) / runs_per_item);
}

RecordingDistances::Rows RecordingDistances::rows(std::size_t item) const {
  const std::size_t n_levels = samples_.levels().size(), first = item / n_levels * runs_per_item;
  return {item % n_levels, first, std::min(samples_.n_runs(), first + runs_per_item)};
}

std::string RecordingDistances::item_name(std::size_t item) const {
  const Rows r = rows(item);
  return fmt::format("runs {}..{} at {}", r.first, r.last - 1, samples_.levels()[r.level]);
}

double RecordingDistances::cost(std::size_t item) const {
  const Rows r = rows(item);
  double flops = 0;
  for (std::size_t run = r.first; run < r.last; ++run)
    for (std::size_t recording = 0; recording < recordings_.size(); ++recording)
      flops += measure_->comparison_flops(recordings_[recording].n_samples(), samples_.n_units(run),
                                          recordings_[recording].n_units());
  return flops;
}

BlockPlace RecordingDistances::place(std::size_t item, const std::string& dataset, ValueType type) const {
  const Rows r = rows(item);
  return {dataset, type, {r.level, r.first, 0}, {1, r.last - r.first, recordings_.size()}};
}

std::vector<BlockPlace> RecordingDistances::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const char* suffix : {"", "_normalized", "_low", "_high"})
    if (places.size() < 2 || measure_->traits().has_interval)
      places.push_back(place(item, path_ + suffix, ValueType::f64));
  if (measure_->traits().has_reasons) places.push_back(place(item, path_ + "_reason", ValueType::u8));
  return places;
}

std::vector<BlockPlace> RecordingDistances::made_from_places(std::size_t item) const {
  return {place(item, path_ + "_made_from", ValueType::u64)};
}

std::vector<std::uint64_t> RecordingDistances::made_from(std::size_t item, const FinishedRuns& runs) const {
  const Rows r = rows(item);
  std::vector<std::uint64_t> numbers;
  for (std::size_t run = r.first; run < r.last; ++run) {
    for (std::size_t recording = 0; recording < recordings_.size(); ++recording) {
      const std::array<std::uint64_t, 2> both{runs.checksum(run), recordings_.content(recording)};
      const std::uint64_t number = std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(both)), version_));
      numbers.push_back(both[0] == 0 ? 0 : number);
    }
  }
  return numbers;
}

namespace {

/// A run prepared for comparing, with the samples that a recording has.
class RunBeside {
 public:
  RunBeside(const Measure& measure, const ComparedRecordings& recordings, std::optional<Representation> own)
      : measure_(measure), recordings_(recordings), own_(std::move(own)) {}

  /// Null when there is nothing to compare: see StudySamples::prepare, or its units are silent at these samples.
  const PreparedRepresentation* with(std::size_t recording) {
    if (!own_) return nullptr;
    if (!recordings_.takes_all_samples(recording)) return cut(recording);
    if (!whole_) whole_ = measure_.prepare(*own_);
    return whole_.get();
  }

 private:
  const PreparedRepresentation* cut(std::size_t recording) {
    const auto own = recordings_.beside(recording, *own_);
    if (!own) return nullptr;
    cut_ = measure_.prepare(*own);
    return cut_.get();
  }

  const Measure& measure_;
  const ComparedRecordings& recordings_;
  std::optional<Representation> own_;
  std::unique_ptr<PreparedRepresentation> whole_, cut_;
};

}  // namespace

void RecordingDistances::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                                 const StopCheck& stop, ItemValues& values) const {
  const Rows r = rows(item);
  std::size_t index = 0;
  for (std::size_t run = r.first; run < r.last; ++run) {
    RunBeside own(*measure_, recordings_, samples_.representation(measure_.layer(), runs, run, r.level));
    for (std::size_t recording = 0; recording < recordings_.size(); ++recording, ++index) {
      if (!stale[index]) continue;
      ask(stop);
      MeasureValue distance = no_value();
      if (const PreparedRepresentation* prepared = own.with(recording)) {
        MeasureContext context = samples_.context(*measure_, measure_.variant(), r.level, runs.checksum(run),
                                                  recordings_.content(recording), stop);
        if (measure_->traits().needs_folds && recordings_.folds(recording) != nullptr)
          context.folds = recordings_.folds(recording);
        distance = measure_->compare(*prepared, *prepared_[recording], context);
      }
      values.block<double>(0)[index] = distance.value;
      values.block<double>(1)[index] = measure_->normalized(distance.value);
      if (measure_->traits().has_reasons)
        values.block<std::uint8_t>(measure_->traits().has_interval ? 4 : 2)[index] =
            static_cast<std::uint8_t>(distance.reason);
      if (!measure_->traits().has_interval) continue;
      values.block<double>(2)[index] = distance.interval.value().low;
      values.block<double>(3)[index] = distance.interval.value().high;
    }
  }
}

}  // namespace cohort
