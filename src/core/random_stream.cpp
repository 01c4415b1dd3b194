#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/core/random_stream.hpp>

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <string>

namespace cohort {

RandomStream::RandomStream(std::string_view purpose, std::string_view content, std::uint64_t seed)
    : key_{hash64(std::string(purpose) + '\0' + std::string(content), seed), seed} {}

RandomStream::RandomStream(std::array<std::uint64_t, 2> key, std::uint64_t item, std::uint64_t depth)
    : key_(key), item_(item), depth_(depth) {}

RandomStream RandomStream::substream(std::uint64_t index) const {
  if (depth_ == 0) return {key_, index, 1};
  // A deeper level gets a key of its own, so that (3 of 5) and (5 of 3) never meet.
  const std::array<std::uint64_t, 3> path{key_[0], item_, depth_};
  const auto nested = hash64(std::as_bytes(std::span(path)), key_[1]);
  return {{nested, key_[1]}, index, depth_ + 1};
}

std::uint64_t RandomStream::bits() {
  if (left_ == 0) {
    const r123::Philox4x64::ctr_type counter{{block_++, 0, item_, depth_}};
    const r123::Philox4x64::key_type key{{key_[0], key_[1]}};
    const auto block = r123::Philox4x64()(counter, key);
    for (int i = 0; i < 4; ++i) buffer_[i] = block[i];
    left_ = 4;
  }
  return buffer_[4 - left_--];
}

double RandomStream::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

std::uint64_t RandomStream::integer(std::uint64_t n) {
  expects(n >= 1, "RandomStream::integer(n) with n >= 1");
  // Reject the incomplete last run of n, so that every value is equally likely.
  const std::uint64_t rejected = (0 - n) % n;
  for (;;) {
    const std::uint64_t value = bits();
    if (value >= rejected) return value % n;
  }
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // 1 - u is in (0, 1]
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace cohort
