#include "block_io.hpp"

#include <cohort/store/together.hpp>
#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace cohort {
namespace {

/// One collective write: this rank's block, or nothing when there are fewer blocks left than ranks.
template <class Value>
void write_one(ResultsFile& file, const BlockPlace& any, const BlockValues* own) {
  if (own) {
    const std::span values(reinterpret_cast<const Value*>(own->words), volume(own->place->count));
    file.write_collective<Value>(own->place->dataset, own->place->start, own->place->count, values);
  } else {
    const Extent none(any.count.size(), 0);
    file.write_collective<Value>(any.dataset, none, none, std::span<const Value>());
  }
}

}  // namespace

void read_blocks(ResultsFile& file, ItemValues& values) {
  for (std::size_t i = 0; i < values.places().size(); ++i) {
    const BlockPlace& place = values.places()[i];
    with_value_of(place.type, [&](auto value) {
      using Value = decltype(value);
      const auto read = file.read<Value>(place.dataset, place.start, place.count);
      std::copy(read.begin(), read.end(), values.block<Value>(i).begin());
    });
  }
}

std::vector<std::uint64_t> read_numbers(ResultsFile& file, const std::vector<BlockPlace>& places) {
  std::vector<std::uint64_t> numbers;
  for (const BlockPlace& place : places) {
    const auto read = file.read<std::uint64_t>(place.dataset, place.start, place.count);
    numbers.insert(numbers.end(), read.begin(), read.end());
  }
  return numbers;
}

void write_blocks(ResultsFile& file, const std::vector<BlockValues>& blocks) {
  std::map<std::string, std::vector<const BlockValues*>> by_dataset;  // a collective write is of one dataset
  for (const BlockValues& block : blocks) by_dataset[block.place->dataset].push_back(&block);
  const auto rank = static_cast<std::size_t>(rank_of(file.communicator()));
  const auto n_ranks = static_cast<std::size_t>(size_of(file.communicator()));
  for (const auto& [dataset, list] : by_dataset) {
    for (std::size_t first = 0; first < list.size(); first += n_ranks) {
      const BlockValues* own = first + rank < list.size() ? list[first + rank] : nullptr;
      with_value_of(list.front()->place->type,
                    [&](auto value) { write_one<decltype(value)>(file, *list.front()->place, own); });
    }
  }
}

}  // namespace cohort
