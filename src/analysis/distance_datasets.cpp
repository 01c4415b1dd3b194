#include "distance_datasets.hpp"

#include <cohort/analysis/analysis.hpp>

#include <utility>

namespace cohort {

std::vector<std::string> DistanceDatasets::suffixes() const {
  if (measure_->traits().has_interval) return {"", "_low", "_high"};
  return {""};
}

void DistanceDatasets::append_to(Schema& schema, const std::vector<std::string>& axes,
                                 std::vector<std::string> made_from_axes) const {
  const DatasetInfo made_from = made_from_dataset(path_ + "_made_from", std::move(made_from_axes));
  for (const std::string& suffix : suffixes()) {
    const std::string what = suffix.empty() ? "distance between two runs" : suffix.substr(1) + " end of its interval";
    schema.datasets.push_back(measure_.dataset(path_ + suffix, type_, axes, what));
    schema.datasets.back().made_from = made_from.path;
  }
  if (measure_->traits().has_reasons) {
    schema.datasets.push_back(measure_.reasons(path_, axes));
    schema.datasets.back().made_from = made_from.path;
  }
  schema.datasets.push_back(made_from);
}

std::vector<BlockPlace> DistanceDatasets::places(const Extent& start, const Extent& count) const {
  std::vector<BlockPlace> places;
  for (const std::string& suffix : suffixes()) places.push_back({path_ + suffix, type_, start, count});
  if (measure_->traits().has_reasons) places.push_back({path_ + "_reason", ValueType::u8, start, count});
  return places;
}

BlockPlace DistanceDatasets::made_from_place(Extent start, Extent count) const {
  return {path_ + "_made_from", ValueType::u64, std::move(start), std::move(count)};
}

std::size_t DistanceDatasets::n_blocks() const {
  const MeasureTraits& traits = measure_->traits();
  return (traits.has_interval ? 3 : 1) + (traits.has_reasons ? 1 : 0);
}

void DistanceDatasets::put(ItemValues& values, std::size_t first, std::size_t index,
                           const MeasureValue& distance) const {
  const auto put_one = [&](std::size_t block, double value) {
    if (type_ == ValueType::f32)
      values.block<float>(block)[index] = static_cast<float>(value);
    else
      values.block<double>(block)[index] = value;
  };
  put_one(first, distance.value);
  if (measure_->traits().has_reasons)
    values.block<std::uint8_t>(first + n_blocks() - 1)[index] = static_cast<std::uint8_t>(distance.reason);
  if (!measure_->traits().has_interval) return;
  put_one(first + 1, distance.interval.value().low);
  put_one(first + 2, distance.interval.value().high);
}

}  // namespace cohort
