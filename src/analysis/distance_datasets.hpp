#pragma once

#include <cohort/analysis/item_values.hpp>
#include <cohort/analysis/named_measure.hpp>

#include <string>
#include <vector>

namespace cohort {

/// The datasets of the distances between runs by one measure, all along the same axes: <path>, <path>_low and _high
/// where the measure has intervals, <path>_reason where some pairs have no value, and <path>_made_from.
class DistanceDatasets {
 public:
  /// `measure` must outlive this; `type` is that of the distances.
  DistanceDatasets(const NamedMeasure& measure, std::string path, ValueType type)
      : measure_(measure), path_(std::move(path)), type_(type) {}

  /// `made_from_axes`: the first of `axes`, or all of them.
  void append_to(Schema& schema, const std::vector<std::string>& axes, std::vector<std::string> made_from_axes) const;

  std::vector<BlockPlace> places(const Extent& start, const Extent& count) const;
  BlockPlace made_from_place(Extent start, Extent count) const;

  /// Blocks that places() lists.
  std::size_t n_blocks() const;
  /// Writes one pair at `index` of the blocks that begin with number `first`.
  void put(ItemValues& values, std::size_t first, std::size_t index, const MeasureValue& distance) const;

 private:
  /// "", "_low", "_high"
  std::vector<std::string> suffixes() const;

  const NamedMeasure& measure_;
  std::string path_;
  ValueType type_;
};

}  // namespace cohort
