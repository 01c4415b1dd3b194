#include "block_io.hpp"

#include <cohort/store/together.hpp>
#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace cohort {
namespace {

/// Values of one collective write; small enough that ranks share a round.
constexpr std::size_t kWriteValues = 1 << 16;

/// Neighbours of one dataset that are written as one.
struct JoinedBlock {
  Extent start, count;
  std::vector<const BlockValues*> members;
};

/// Whether a comes before b when blocks that could be joined along `axis` stand side by side.
bool comes_before(const JoinedBlock& a, const JoinedBlock& b, std::size_t axis) {
  for (std::size_t other = 0; other < a.start.size(); ++other) {
    if (other == axis) continue;
    if (a.start[other] != b.start[other]) return a.start[other] < b.start[other];
    if (a.count[other] != b.count[other]) return a.count[other] < b.count[other];
  }
  return a.start[axis] < b.start[axis];
}

bool goes_on(const JoinedBlock& a, const JoinedBlock& b, std::size_t axis) {
  for (std::size_t other = 0; other < a.start.size(); ++other)
    if (other != axis && (a.start[other] != b.start[other] || a.count[other] != b.count[other])) return false;
  return a.start[axis] + a.count[axis] == b.start[axis] && volume(a.count) + volume(b.count) <= kWriteValues;
}

/// Joins neighbours along every axis, the last one first: a matrix that came in tiles is written in a few pieces,
/// because a collective write costs the same however little it writes.
std::vector<JoinedBlock> joined(const std::vector<const BlockValues*>& list) {
  std::vector<JoinedBlock> blocks;
  for (const BlockValues* block : list) blocks.push_back({block->place->start, block->place->count, {block}});
  for (std::size_t axis = list.front()->place->start.size(); axis-- > 0;) {
    std::sort(blocks.begin(), blocks.end(),
              [&](const JoinedBlock& a, const JoinedBlock& b) { return comes_before(a, b, axis); });
    std::vector<JoinedBlock> fewer;
    for (JoinedBlock& block : blocks) {
      if (fewer.empty() || !goes_on(fewer.back(), block, axis)) {
        fewer.push_back(std::move(block));
        continue;
      }
      fewer.back().count[axis] += block.count[axis];
      fewer.back().members.insert(fewer.back().members.end(), block.members.begin(), block.members.end());
    }
    blocks = std::move(fewer);
  }
  return blocks;
}

/// Lays the rows of `member` into the values of `block`.
template <class Value>
void lay(const BlockValues& member, const JoinedBlock& block, std::vector<Value>& values) {
  const auto* from = reinterpret_cast<const Value*>(member.words);
  const Extent& count = member.place->count;
  const std::size_t width = count.empty() ? 1 : count.back();
  for (std::size_t row = 0; row < volume(count) / width; ++row) {
    std::size_t place = count.empty() ? 0 : member.place->start.back() - block.start.back();
    std::size_t rest = row, stride = count.empty() ? 1 : block.count.back();
    for (std::size_t axis = count.empty() ? 0 : count.size() - 1; axis-- > 0;) {
      place += (rest % count[axis] + member.place->start[axis] - block.start[axis]) * stride;
      rest /= count[axis];
      stride *= block.count[axis];
    }
    std::copy_n(from + row * width, width, values.begin() + static_cast<std::ptrdiff_t>(place));
  }
}

/// One collective write: this rank's block, or nothing when there are fewer blocks left than ranks.
template <class Value>
void write_one(ResultsFile& file, const BlockPlace& any, const JoinedBlock* own) {
  std::vector<Value> values;
  Extent start(any.count.size(), 0), count(any.count.size(), 0);
  if (own) {
    start = own->start;
    count = own->count;
    values.resize(volume(count));
    for (const BlockValues* member : own->members) lay(*member, *own, values);
  }
  file.write_collective<Value>(any.dataset, start, count, values);
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
  for (const BlockValues& block : blocks)
    if (volume(block.place->count) > 0) by_dataset[block.place->dataset].push_back(&block);
  const auto rank = static_cast<std::size_t>(rank_of(file.communicator()));
  const auto n_ranks = static_cast<std::size_t>(size_of(file.communicator()));
  for (const auto& [dataset, list] : by_dataset) {
    const std::vector<JoinedBlock> pieces = joined(list);
    for (std::size_t first = 0; first < pieces.size(); first += n_ranks) {
      const JoinedBlock* own = first + rank < pieces.size() ? &pieces[first + rank] : nullptr;
      with_value_of(list.front()->place->type,
                    [&](auto value) { write_one<decltype(value)>(file, *list.front()->place, own); });
    }
  }
}

}  // namespace cohort
