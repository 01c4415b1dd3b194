#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cohort {

/// A reproducible stream of random numbers, keyed by what the numbers are for and never by who draws
/// them: rank, thread, order and time do not exist here.
///
/// Counter-based generator Philox4x64-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). The key is the
/// hash of a purpose ("init", "data", ...) and of the content it belongs to; `substream(i)` gives the
/// independent stream of item i (a trial, an update), so item i is the same however the work is cut.
class RandomStream {
 public:
  /// The stream for `purpose` and `content`, e.g. ("data", task text) with the study's seed.
  RandomStream(std::string_view purpose, std::string_view content, std::uint64_t seed);

  /// The independent stream of item `index` of this stream. Does not depend on what was drawn before.
  RandomStream substream(std::uint64_t index) const;

  /// The next 64 random bits.
  std::uint64_t bits();

  /// Uniform in [0, 1), 53 random bits.
  double uniform();

  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform integer in [0, n), without bias. Requires n >= 1.
  std::uint64_t integer(std::uint64_t n);

  /// Standard normal (Box-Muller).
  double normal();

 private:
  RandomStream(std::array<std::uint64_t, 2> key, std::uint64_t item, std::uint64_t depth);

  std::array<std::uint64_t, 2> key_;
  std::uint64_t item_ = 0;  ///< counter words 2 and 3: which item of the stream, at which depth
  std::uint64_t depth_ = 0;
  std::uint64_t block_ = 0;  ///< counter word 0: which block of four numbers comes next
  std::array<std::uint64_t, 4> buffer_{};
  int left_ = 0;      ///< numbers of the buffer not handed out yet
  double spare_ = 0;  ///< second number of a Box-Muller pair
  bool has_spare_ = false;
};

}  // namespace cohort
