#pragma once

#include <cstdint>

namespace cohort {

/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195): random bits for the price of a few instructions,
/// for trials that need too many numbers to take each from the counter-based stream, a number of which is the seed.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() { return mixed(state_ += kStep); }

  /// What call number `index` of bits() gives, from 0.
  static std::uint64_t word(std::uint64_t seed, std::uint64_t index) { return mixed(seed + (index + 1) * kStep); }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;

  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace cohort
