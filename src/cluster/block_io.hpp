#pragma once

#include <cohort/analysis/item_values.hpp>
#include <cohort/store/results_file.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace cohort {

/// A block and its values, which begin at a whole word.
struct BlockValues {
  const BlockPlace* place;
  const std::uint64_t* words;
};

/// Fills `values` with what the file holds at its places (independent).
void read_blocks(ResultsFile& file, ItemValues& values);

/// The numbers of made_from blocks, one behind the other (independent).
std::vector<std::uint64_t> read_numbers(ResultsFile& file, const std::vector<BlockPlace>& places);

/// Writes blocks that all ranks hold, neighbours together, each rank its share (collective). All ranks give the same
/// list.
void write_blocks(ResultsFile& file, const std::vector<BlockValues>& blocks);

}  // namespace cohort
