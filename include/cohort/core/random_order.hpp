#pragma once

#include <cohort/core/random_stream.hpp>

#include <array>
#include <cstdint>

namespace cohort {

/// The numbers 0 .. n-1 in an order that a stream alone decides, each by its place and without the order in memory: a
/// Feistel network that walks until it is back within n (Black & Rogaway 2002, doi:10.1007/3-540-45760-7_9).
class RandomOrder {
 public:
  /// Requires 1 <= n <= 2^62.
  RandomOrder(RandomStream stream, std::uint64_t n);

  /// The number at `place`, which must be less than n.
  std::uint64_t at(std::uint64_t place) const;

 private:
  std::uint64_t n_;
  int half_bits_ = 1;
  std::array<std::uint64_t, 8> keys_{};
};

}  // namespace cohort
