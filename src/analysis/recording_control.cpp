#include <cohort/analysis/recording_control.hpp>

#include "control_kinds.hpp"

#include <cohort/core/dataset_name.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace cohort {

Description RecordingControl::description() {
  Description d;
  d.name = "recording_control";
  d.summary =
      "around the distances to recordings: equal numbers of units, conditions left out, bootstrap intervals, null of "
      "permuted conditions; [similarity] match_units, leave_one_out, bootstrap, null";
  d.equation = "/similarity/<measure>_recording_<control> [level, run, recording]";
  return d;
}

AnalysisList RecordingControl::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& variant : compared_measures(inputs.study.similarity)) {
    const NamedMeasure measure(variant);
    for (Kind& kind : control_kinds(inputs.study.similarity, *measure))
      list.push_back(std::make_unique<RecordingControl>(inputs.samples, inputs.recordings, measure, std::move(kind)));
  }
  return list;
}

RecordingControl::RecordingControl(const StudySamples& samples, const ComparedRecordings& recordings,
                                   NamedMeasure measure, Kind kind)
    : samples_(samples),
      recordings_(recordings),
      measure_(std::move(measure)),
      kind_(std::move(kind)),
      name_(measure_.name() + "_recording_" + kind_.name),
      path_("/" + name_),
      version_(hash64(kind_.options, measure_.version())) {}

Schema RecordingControl::datasets() const {
  Schema schema = samples_.dimensions();
  schema.append(recordings_.dimensions());
  const std::vector<std::string> axes{"level", "run", "recording"};
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", axes);
  for (const Kind::Column& column : kind_.columns)
    schema.datasets.push_back(column.is_in_unit_of_measure
                                  ? measure_.dataset(path_ + column.suffix, ValueType::f64, axes, column.long_name)
                                  : DatasetInfo{path_ + column.suffix, ValueType::f64, axes, "1",
                                                fmt::format("{}: {}", measure_.variant(), column.long_name)});
  DatasetInfo reason{path_ + "_reason", ValueType::u8, axes, "1",
                     fmt::format("{}: why there is no {}", measure_.variant(), kind_.what)};
  reason.flag_meanings = comparability_names();
  schema.datasets.push_back(reason);
  for (DatasetInfo& info : schema.datasets) info.made_from = made_from.path;
  schema.datasets.push_back(made_from);
  return schema;
}

std::size_t RecordingControl::n_items() const {
  return samples_.levels().size() * ((samples_.n_runs() + runs_per_item - 1) / runs_per_item);
}

RecordingControl::Rows RecordingControl::rows(std::size_t item) const {
  const std::size_t n_levels = samples_.levels().size(), first = item / n_levels * runs_per_item;
  return {item % n_levels, first, std::min(samples_.n_runs(), first + runs_per_item)};
}

std::string RecordingControl::item_name(std::size_t item) const {
  const Rows r = rows(item);
  return fmt::format("runs {}..{} at {}", r.first, r.last - 1, samples_.levels()[r.level]);
}

double RecordingControl::cost(std::size_t item) const {
  const Rows r = rows(item);
  double flops = 0;
  for (std::size_t run = r.first; run < r.last; ++run)
    for (std::size_t recording = 0; recording < recordings_.size(); ++recording)
      flops += measure_->comparison_flops(recordings_[recording].n_samples(), samples_.n_units(run),
                                          recordings_[recording].n_units());
  return kind_.n_distances * flops;
}

BlockPlace RecordingControl::place(std::size_t item, const std::string& dataset, ValueType type) const {
  const Rows r = rows(item);
  return {dataset, type, {r.level, r.first, 0}, {1, r.last - r.first, recordings_.size()}};
}

std::vector<BlockPlace> RecordingControl::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const Kind::Column& column : kind_.columns) places.push_back(place(item, path_ + column.suffix, ValueType::f64));
  places.push_back(place(item, path_ + "_reason", ValueType::u8));
  return places;
}

std::vector<BlockPlace> RecordingControl::made_from_places(std::size_t item) const {
  return {place(item, path_ + "_made_from", ValueType::u64)};
}

std::vector<std::uint64_t> RecordingControl::made_from(std::size_t item, const FinishedRuns& runs) const {
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

RecordingControl::Numbers RecordingControl::numbers(const FinishedRuns& runs, std::size_t run, std::size_t level,
                                                    std::size_t recording, const Representation& own,
                                                    const StopCheck& stop) const {
  const std::uint64_t a = runs.checksum(run), b = recordings_.content(recording);
  MeasureContext context = samples_.context(*measure_, measure_.variant(), level, a, b, stop);
  if (measure_->traits().needs_folds && recordings_.folds(recording) != nullptr)
    context.folds = recordings_.folds(recording);
  const std::array<std::uint64_t, 2> both{a, b};
  const RandomStream stream(kind_.name, measure_.variant() + "\n" + samples_.levels()[level],
                            hash64(std::as_bytes(std::span(both))));
  const RandomStream halves("ceiling", dataset_name("/" + measure_.name()), 0);
  return kind_.compute({*measure_, own, recordings_[recording], context, stream, halves});
}

void RecordingControl::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                               const StopCheck& stop, ItemValues& values) const {
  const Rows r = rows(item);
  std::size_t index = 0;
  for (std::size_t run = r.first; run < r.last; ++run) {
    const auto whole = samples_.representation(measure_.layer(), runs, run, r.level);
    for (std::size_t recording = 0; recording < recordings_.size(); ++recording, ++index) {
      if (!stale[index]) continue;
      ask(stop);
      // Of a run that cannot be compared /similarity/comparability says why.
      Numbers result{std::vector<double>(kind_.columns.size(), std::numeric_limits<double>::quiet_NaN()),
                     Comparability::unknown};
      const auto own = whole ? recordings_.beside(recording, *whole) : std::nullopt;
      if (own) result = numbers(runs, run, r.level, recording, *own, stop);
      for (std::size_t column = 0; column < kind_.columns.size(); ++column)
        values.block<double>(column)[index] = result.values[column];
      values.block<std::uint8_t>(kind_.columns.size())[index] = static_cast<std::uint8_t>(result.reason);
    }
  }
}

}  // namespace cohort
