#include <cohort/analysis/recording_analysis.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace cohort {

RecordingAnalysis::RecordingAnalysis(const ComparedRecordings& recordings, NamedMeasure measure,
                                     const std::string& suffix, std::string what, std::vector<Column> columns,
                                     std::uint64_t options)
    : recordings_(recordings),
      measure_(std::move(measure)),
      what_(std::move(what)),
      name_(measure_.name() + suffix),
      path_("/" + name_),
      columns_(std::move(columns)),
      options_(options) {}

Schema RecordingAnalysis::datasets() const {
  Schema schema = recordings_.dimensions();
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", {"recording"});
  for (const Column& column : columns_) {
    schema.datasets.push_back(
        column.is_normalized
            ? measure_.normalized_dataset(path_ + column.suffix, {"recording"}, column.long_name)
            : measure_.dataset(path_ + column.suffix, ValueType::f64, {"recording"}, column.long_name));
    schema.datasets.back().attributes.insert(column.attributes.begin(), column.attributes.end());
  }
  DatasetInfo reason{path_ + "_reason",
                     ValueType::u8,
                     {"recording"},
                     "1",
                     fmt::format("{}: why the recording has no {}", measure_.variant(), what_)};
  reason.flag_meanings = comparability_names();
  schema.datasets.push_back(reason);
  for (DatasetInfo& info : schema.datasets) info.made_from = made_from.path;
  schema.datasets.push_back(made_from);
  return schema;
}

std::vector<BlockPlace> RecordingAnalysis::places(std::size_t item) const {
  std::vector<BlockPlace> places;
  for (const Column& column : columns_) places.push_back({path_ + column.suffix, ValueType::f64, {item}, {1}});
  places.push_back({path_ + "_reason", ValueType::u8, {item}, {1}});
  return places;
}

std::vector<BlockPlace> RecordingAnalysis::made_from_places(std::size_t item) const {
  return {{path_ + "_made_from", ValueType::u64, {item}, {1}}};
}

std::vector<std::uint64_t> RecordingAnalysis::made_from(std::size_t item, const FinishedRuns&) const {
  const std::uint64_t content = recordings_.content(item);
  return {std::max<std::uint64_t>(1, hash64(std::as_bytes(std::span(&content, 1)), options_))};
}

void RecordingAnalysis::compute(std::size_t item, const FinishedRuns&, const std::vector<bool>&, const StopCheck& stop,
                                ItemValues& values) const {
  if (const std::string why = hindrance(item); !why.empty()) throw RunError(why);
  Comparability verdict = comparability(item);
  std::vector<double> computed(columns_.size(), std::numeric_limits<double>::quiet_NaN());
  if (verdict == Comparability::comparable) computed = numbers(item, stop);
  // What only the measure itself can know: it has no value for these data.
  if (verdict == Comparability::comparable && std::isnan(computed[0])) verdict = Comparability::no_value;
  for (std::size_t column = 0; column < columns_.size(); ++column) values.block<double>(column)[0] = computed[column];
  values.block<std::uint8_t>(columns_.size())[0] = static_cast<std::uint8_t>(verdict);
}

namespace {

/// A mean over trials is what most recordings are.
bool is_worth_a_word(Comparability verdict) {
  return verdict != Comparability::comparable && verdict != Comparability::no_trials;
}

}  // namespace

std::vector<std::string> RecordingAnalysis::warnings() const {
  std::vector<std::string> lines;
  for (std::size_t item = 0; item < n_items(); ++item)
    if (const Comparability verdict = comparability(item); is_worth_a_word(verdict))
      lines.push_back(fmt::format("recording {} has no {} by {}: {}", recordings_.name(item), what_, measure_.variant(),
                                  reason_of(verdict)));
  return lines;
}

}  // namespace cohort
