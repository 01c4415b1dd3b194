#include <cohort/core/errors.hpp>
#include <cohort/core/normal_fill.hpp>
#include <cohort/core/split_mix.hpp>

#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace cohort {
namespace {

// Every loop below runs over all lanes of a block, with nothing left over for a scalar epilogue: each number is rounded
// by the same instructions wherever it stands.
constexpr int kLanes = static_cast<int>(kNormalBlock / 4);

struct ItemKey {
  r123::Philox4x32::key_type key;
  std::uint32_t tag_low, tag_high;  // counter words 2 and 3
};

ItemKey key_of(const RandomStream& stream, std::uint64_t item) {
  RandomStream own = stream.substream(item);
  const std::uint64_t key = own.bits(), tag = own.bits();
  return {{{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}},
          static_cast<std::uint32_t>(tag),
          static_cast<std::uint32_t>(tag >> 32)};
}

/// -2 ln u, in [0, 44.4], with u = (⌊word/2⌋ + ½) / 2³¹.
inline float squared_radius(std::uint32_t word) {
  // The conversion of a signed integer is one instruction everywhere, that of an unsigned one is not.
  const float uniform = (static_cast<float>(static_cast<std::int32_t>(word >> 1)) + 0.5f) * 0x1p-31f;
  // uniform = 2^exponent (1 + t) with 1 + t in [√½, √2)
  const auto bits = std::bit_cast<std::int32_t>(uniform);
  const std::int32_t exponent = (bits - std::bit_cast<std::int32_t>(0.70710678f)) >> 23;
  const float t = std::bit_cast<float>(bits - exponent * (1 << 23)) - 1;
  // ln(1 + t) = t - t²/2 + t³ p(t): minimax p, relative error of the logarithm < 4e-8 before rounding
  float p = 0.0870035961f;
  p = p * t - 0.142674759f;
  p = p * t + 0.149147868f;
  p = p * t - 0.165775865f;
  p = p * t + 0.199630618f;
  p = p * t - 0.250013381f;
  p = p * t + 0.333339095f;
  const float log_mantissa = t + t * t * (t * p - 0.5f);
  return -2 * (static_cast<float>(exponent) * 0.693147181f + log_mantissa);
}

/// The sign of `bits`, a number, changed if `flips` is 2, kept if it is 0.
inline float flipped(std::uint32_t bits, std::uint32_t flips) { return std::bit_cast<float>(bits ^ (flips << 30)); }

/// Box-Muller: two numbers from two random words, for each lane.
template <int n_lanes = kLanes>
void box_muller(const std::uint32_t* radius_words, const std::uint32_t* angle_words, float* cosines, float* sines) {
  for (int lane = 0; lane < n_lanes; ++lane) {
    const float radius = std::sqrt(squared_radius(radius_words[lane]));
    // The angle is `quadrant` right angles and `part` of one more, part in [-½, ½): exact, as integers.
    const std::uint32_t word = angle_words[lane], quadrant = (word + 0x20000000u) >> 30;
    const float part = static_cast<float>(static_cast<std::int32_t>(word - (quadrant << 30))) * 0x1p-30f;
    const float square = part * part;
    // Minimax polynomials of sin and cos of π/2 · part, error < 4e-9 before rounding
    float sine = 0.0796802267f + square * -0.00460217707f;
    sine = -0.64596349f + square * sine;
    sine = part * (1.57079637f + square * sine);
    float cosine = -0.0208600722f + square * 0.000903631735f;
    cosine = 0.253669202f + square * cosine;
    cosine = -1.23370051f + square * cosine;
    cosine = 1 + square * cosine;
    // In odd quadrants the two change places: by bits, for a branch would keep the loop from being vectorized.
    const auto sine_bits = std::bit_cast<std::uint32_t>(sine), cosine_bits = std::bit_cast<std::uint32_t>(cosine);
    const std::uint32_t swap = (sine_bits ^ cosine_bits) & (0 - (quadrant & 1));
    cosines[lane] = radius * flipped(cosine_bits ^ swap, (quadrant + 1) & 2);
    sines[lane] = radius * flipped(sine_bits ^ swap, quadrant & 2);
  }
}

/// The kNormalBlock numbers of block `block`.
void fill_block(const ItemKey& item, std::uint64_t block, float* values) {
  alignas(64) std::array<std::array<std::uint32_t, kLanes>, 4> words;
  for (int lane = 0; lane < kLanes; ++lane) {
    const std::uint64_t index = block * kLanes + static_cast<std::uint64_t>(lane);
    const r123::Philox4x32::ctr_type counter{
        {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), item.tag_low, item.tag_high}};
    const auto random = r123::Philox4x32()(counter, item.key);
    for (int word = 0; word < 4; ++word) words[word][lane] = random[word];
  }
  box_muller(words[0].data(), words[1].data(), values, values + kLanes);
  box_muller(words[2].data(), words[3].data(), values + 2 * kLanes, values + 3 * kLanes);
}

template <class Scalar>
void fill(const RandomStream& stream, std::uint64_t item, Scalar* values, Index n, Index first) {
  expects(n >= 0 && first >= 0, "fill_normal with n >= 0 and first >= 0");
  const ItemKey key = key_of(stream, item);
  alignas(64) std::array<float, kNormalBlock> numbers;
  for (Index done = 0; done < n;) {
    const Index skipped = (first + done) % kNormalBlock;
    const Index taken = std::min(kNormalBlock - skipped, n - done);
    fill_block(key, static_cast<std::uint64_t>((first + done) / kNormalBlock), numbers.data());
    std::copy_n(numbers.data() + skipped, taken, values + done);
    done += taken;
  }
}

}  // namespace

void fill_normal(const RandomStream& stream, std::uint64_t item, float* values, Index n, Index first) {
  fill(stream, item, values, n, first);
}

void fill_normal(const RandomStream& stream, std::uint64_t item, double* values, Index n, Index first) {
  fill(stream, item, values, n, first);
}

void fill_normal_block(std::uint64_t seed, std::uint64_t block, float* values) {
  constexpr int n_words = static_cast<int>(kNormalBlock / 2);
  alignas(64) std::array<std::uint32_t, n_words> radius_words, angle_words;
  for (int i = 0; i < n_words; ++i) {
    const std::uint64_t word = SplitMix::word(seed, block * n_words + static_cast<std::uint64_t>(i));
    radius_words[i] = static_cast<std::uint32_t>(word);
    angle_words[i] = static_cast<std::uint32_t>(word >> 32);
  }
  box_muller<n_words>(radius_words.data(), angle_words.data(), values, values + n_words);
}

}  // namespace cohort
