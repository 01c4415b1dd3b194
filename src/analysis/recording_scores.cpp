#include <cohort/analysis/recording_scores.hpp>

#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

namespace cohort {
namespace {

constexpr const char* kFormula = "(distance - baseline) / (ceiling - baseline)";

/// Why there is no score, if there is none.
Comparability comparability_of(double distance, double ceiling, double baseline) {
  if (std::isnan(ceiling)) return Comparability::no_ceiling;
  if (std::isnan(baseline)) return Comparability::no_baseline;
  if (!(ceiling < baseline)) return Comparability::not_ordered;
  return std::isnan(distance) ? Comparability::no_value : Comparability::comparable;
}

}  // namespace

Description RecordingScores::description() {
  Description d;
  d.name = "recording_scores";
  d.summary = "distance of every run to every recording between the recording's baseline (0) and noise ceiling (1)";
  d.equation = "/similarity/<measure>_recording_score [level, run, recording]";
  return d;
}

AnalysisList RecordingScores::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  if (inputs.recordings.size() == 0) return list;
  for (const std::string& measure : compared_measures(inputs.study.similarity))
    list.push_back(std::make_unique<RecordingScores>(inputs.samples, inputs.recordings, NamedMeasure(measure)));
  return list;
}

RecordingScores::RecordingScores(const StudySamples& samples, const ComparedRecordings& recordings,
                                 NamedMeasure measure)
    : samples_(samples),
      recordings_(recordings),
      measure_(std::move(measure)),
      name_(measure_.name() + "_recording_score"),
      path_("/" + measure_.name()) {}

Schema RecordingScores::datasets() const {
  Schema schema = samples_.dimensions();
  schema.append(recordings_.dimensions());
  const std::vector<std::string> axes{"level", "run", "recording"};
  const DatasetInfo made_from = made_from_dataset("/" + name_ + "_made_from", axes);
  DatasetInfo scores{
      "/" + name_, ValueType::f64, axes, "1",
      fmt::format("{}: distance between the recording's baseline (0) and noise ceiling (1)", measure_.variant())};
  const auto last_of = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  const std::string place = last_of(path_), of_recording = last_of(measure_.name_without_layer());
  scores.attributes = {{"measure", measure_.variant()},
                       {"formula", kFormula},
                       {"distance", place + "_recording"},
                       {"baseline", of_recording + "_baseline"},
                       {"ceiling", of_recording + "_ceiling"}};
  DatasetInfo reason{"/" + name_ + "_reason", ValueType::u8, axes, "1",
                     fmt::format("{}: why the run has no score", measure_.variant())};
  reason.flag_meanings = comparability_names();
  schema.datasets = {scores, reason};
  for (DatasetInfo& info : schema.datasets) info.made_from = made_from.path;
  schema.datasets.push_back(made_from);
  return schema;
}

std::size_t RecordingScores::n_items() const {
  return samples_.levels().size() * ((samples_.n_runs() + runs_per_item - 1) / runs_per_item);
}

RecordingScores::Rows RecordingScores::rows(std::size_t item) const {
  const std::size_t n_levels = samples_.levels().size(), first = item / n_levels * runs_per_item;
  return {item % n_levels, first, std::min(samples_.n_runs(), first + runs_per_item)};
}

std::string RecordingScores::item_name(std::size_t item) const {
  const Rows r = rows(item);
  return fmt::format("runs {}..{} at {}", r.first, r.last - 1, samples_.levels()[r.level]);
}

double RecordingScores::cost(std::size_t item) const {
  const Rows r = rows(item);
  return 1000 + 10 * static_cast<double>((r.last - r.first) * recordings_.size());
}

BlockPlace RecordingScores::place(std::size_t item, const std::string& dataset, ValueType type) const {
  const Rows r = rows(item);
  return {dataset, type, {r.level, r.first, 0}, {1, r.last - r.first, recordings_.size()}};
}

std::vector<BlockPlace> RecordingScores::places(std::size_t item) const {
  return {place(item, "/" + name_, ValueType::f64), place(item, "/" + name_ + "_reason", ValueType::u8)};
}

std::vector<BlockPlace> RecordingScores::made_from_places(std::size_t item) const {
  return {place(item, "/" + name_ + "_made_from", ValueType::u64)};
}

std::vector<RecordingScores::Numbers> RecordingScores::numbers(std::size_t item, const FinishedRuns& runs) const {
  std::vector<Numbers> numbers;
  if (!runs.has(path_ + "_recording")) return numbers;
  const BlockPlace own = place(item, path_ + "_recording", ValueType::f64);
  const auto distances = runs.read<double>(own.dataset, own.start, own.count);
  const std::string of_recording = "/" + measure_.name_without_layer();
  const auto ceilings = runs.read<double>(of_recording + "_ceiling", {0}, {recordings_.size()});
  const auto baselines = runs.read<double>(of_recording + "_baseline", {0}, {recordings_.size()});
  for (std::size_t i = 0; i < distances.size(); ++i)
    numbers.push_back({distances[i], ceilings[i % ceilings.size()], baselines[i % baselines.size()]});
  return numbers;
}

std::vector<std::uint64_t> RecordingScores::made_from(std::size_t item, const FinishedRuns& runs) const {
  const Rows r = rows(item);
  const std::uint64_t version = hash64(fmt::format("score {}", description().version));
  const std::vector<Numbers> all = numbers(item, runs);
  std::vector<std::uint64_t> hashes((r.last - r.first) * recordings_.size(), 0);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (runs.checksum(r.first + i / recordings_.size()) != 0)
      hashes[i] = std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&all[i], 1)), version));
  return hashes;
}

void RecordingScores::compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                              const StopCheck&, ItemValues& values) const {
  const Rows r = rows(item);
  const std::vector<Numbers> all = numbers(item, runs);
  const auto scores = values.block<double>(0);
  const auto reasons = values.block<std::uint8_t>(1);
  for (std::size_t i = 0; i < stale.size(); ++i) {
    if (!stale[i]) continue;
    scores[i] = std::numeric_limits<double>::quiet_NaN();
    reasons[i] = static_cast<std::uint8_t>(Comparability::unknown);
    if (i >= all.size() || runs.checksum(r.first + i / recordings_.size()) == 0) continue;
    const auto [distance, ceiling, baseline] = all[i];
    const Comparability verdict = comparability_of(distance, ceiling, baseline);
    reasons[i] = static_cast<std::uint8_t>(verdict);
    if (verdict == Comparability::comparable) scores[i] = (distance - baseline) / (ceiling - baseline);
  }
}

}  // namespace cohort
