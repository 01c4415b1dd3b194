#pragma once

#include <cohort/store/schema.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cohort {

/// One block of one dataset: where values of an item are written.
struct BlockPlace {
  std::string dataset;
  ValueType type = ValueType::f64;
  Extent start, count;
};

/// The values of one item, block by block in C order, as bytes that are zero at first. Blocks begin at whole 64-bit
/// words, so that ranks can be joined word by word, whatever the types.
class ItemValues {
 public:
  explicit ItemValues(std::vector<BlockPlace> places);

  const std::vector<BlockPlace>& places() const { return places_; }

  /// The values of block number `place`. Throws InternalError when its type is another.
  template <class Value>
  std::span<Value> block(std::size_t place);

  /// What a file holds where nothing was computed: NaN, -1, or 0 in blocks without a sign.
  void set_missing();

  /// Everything, [n_words].
  std::span<std::uint64_t> words() { return words_; }
  std::span<const std::uint64_t> words() const { return words_; }
  /// Where block number `place` begins.
  std::size_t first_word(std::size_t place) const { return first_word_[place]; }

  /// Words that the blocks at `places` take.
  static std::size_t n_words(const std::vector<BlockPlace>& places);

 private:
  std::vector<BlockPlace> places_;
  std::vector<std::size_t> first_word_;
  std::vector<std::uint64_t> words_;
};

}  // namespace cohort
