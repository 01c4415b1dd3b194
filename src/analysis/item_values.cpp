#include <cohort/analysis/item_values.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/store/value_types.hpp>

#include <algorithm>
#include <limits>
#include <type_traits>

namespace cohort {
namespace {

std::size_t words_of(const BlockPlace& place) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  return (volume(place.count) * bytes_of(place.type) + word - 1) / word;
}

}  // namespace

ItemValues::ItemValues(std::vector<BlockPlace> places) : places_(std::move(places)) {
  std::size_t size = 0;
  for (const BlockPlace& place : places_) {
    first_word_.push_back(size);
    size += words_of(place);
  }
  words_.assign(size, 0);
}

std::size_t ItemValues::n_words(const std::vector<BlockPlace>& places) {
  std::size_t size = 0;
  for (const BlockPlace& place : places) size += words_of(place);
  return size;
}

void ItemValues::set_missing() {
  for (std::size_t place = 0; place < places_.size(); ++place)
    with_value_of(places_[place].type, [&](auto zero) {
      using Value = decltype(zero);
      Value missing{};
      if constexpr (std::is_floating_point_v<Value>)
        missing = std::numeric_limits<Value>::quiet_NaN();
      else if constexpr (std::is_signed_v<Value>)
        missing = -1;
      std::ranges::fill(block<Value>(place), missing);
    });
}

template <class Value>
std::span<Value> ItemValues::block(std::size_t place) {
  const BlockPlace& where = places_.at(place);
  const bool is_right = with_value_of(where.type, [](auto value) { return std::is_same_v<decltype(value), Value>; });
  expects(is_right, "a block of this type");
  return {reinterpret_cast<Value*>(words_.data() + first_word_[place]), volume(where.count)};
}

template std::span<std::uint8_t> ItemValues::block(std::size_t);
template std::span<std::int32_t> ItemValues::block(std::size_t);
template std::span<std::int64_t> ItemValues::block(std::size_t);
template std::span<std::uint64_t> ItemValues::block(std::size_t);
template std::span<float> ItemValues::block(std::size_t);
template std::span<double> ItemValues::block(std::size_t);

}  // namespace cohort
