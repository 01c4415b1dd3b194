#include <cohort/core/errors.hpp>
#include <cohort/core/random_order.hpp>
#include <cohort/core/split_mix.hpp>

namespace cohort {

RandomOrder::RandomOrder(RandomStream stream, std::uint64_t n) : n_(n) {
  expects(n >= 1 && n <= std::uint64_t{1} << 62, "an order of 1 to 2^62 numbers");
  while (n_ > std::uint64_t{1} << (2 * half_bits_)) ++half_bits_;
  for (std::uint64_t& key : keys_) key = stream.bits();
}

std::uint64_t RandomOrder::at(std::uint64_t place) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t value = place;
  do {
    std::uint64_t left = value >> half_bits_, right = value & mask;
    for (const std::uint64_t key : keys_) {
      const std::uint64_t mixed = left ^ (SplitMix::word(key, right) & mask);
      left = right;
      right = mixed;
    }
    value = left << half_bits_ | right;
  } while (value >= n_);
  return value;
}

}  // namespace cohort
