#pragma once

#include <cohort/store/results_file.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cohort {

// Beside every number of a made_from dataset stands a checksum of the values that it speaks of: the datasets whose
// first dimensions are those of made_from, at its index. It covers the values that are not fill values, in C order, so
// that padding may grow when a study does.

/// ".../x_checksum" for ".../x_made_from".
std::string checksum_dataset(const std::string& made_from);

/// With the dataset of checksums for every made_from dataset of `schema`.
Schema with_checksums(Schema schema);

/// Adds what `dataset` contributes to the checksums of `sums.size()` neighbouring indices of its made_from: `values`,
/// of `type`, are as many groups of `per_index` values.
void add_to_checksums(const std::string& dataset, ValueType type, const void* values, std::size_t per_index,
                      std::span<std::uint64_t> sums);

/// A sum as the file holds it, never negative.
std::int32_t stored_checksum(std::uint64_t sum);

/// Values of an analysis that are not what they were when they were written.
struct DamagedValues {
  std::string made_from;        ///< the dataset that speaks of them
  std::size_t n = 0;            ///< indices of it
  std::vector<Extent> first{};  ///< of these the first few
};

/// Reads everything that analyses have left in `file` and compares it with the checksums (one process).
std::vector<DamagedValues> damaged_values(ResultsFile& file);

/// Content that never changes (design, task, architectures, recordings, coordinates) and is not what was written when
/// the file was made: paths of datasets (one process).
std::vector<std::string> damaged_constants(ResultsFile& file);

}  // namespace cohort
