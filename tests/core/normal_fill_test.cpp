#include <cohort/core/normal_fill.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace cohort::test {
namespace {

const RandomStream kStream("test", "normal fill", 7);

template <class Scalar = float>
std::vector<Scalar> numbers(std::uint64_t item, Index n, Index first = 0) {
  std::vector<Scalar> values(static_cast<std::size_t>(n), std::numeric_limits<Scalar>::quiet_NaN());
  fill_normal(kStream, item, values.data(), n, first);
  return values;
}

using Block = std::array<std::uint32_t, 4>;

/// Philox4x32-10 as its paper writes it.
Block philox(Block counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t even = 0xD2511F53ULL * counter[0], odd = 0xCD9E8D57ULL * counter[2];
    counter = {static_cast<std::uint32_t>(odd >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(odd),
               static_cast<std::uint32_t>(even >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(even)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

/// Number i of an item, computed in double precision from the header's words.
double documented_number(std::uint64_t item, std::uint64_t i) {
  RandomStream own = kStream.substream(item);
  const std::uint64_t key = own.bits(), tag = own.bits();
  const std::uint64_t counter = i / 128 * 32 + i % 32, kind = i % 128 / 32;
  const Block words = philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                              static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)},
                             {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
  const std::uint32_t radius_word = words[kind / 2 * 2], angle_word = words[kind / 2 * 2 + 1];
  const double uniform = (static_cast<float>(radius_word / 2) + 0.5f) * 0x1p-31f;
  const double radius = std::sqrt(-2 * std::log(uniform));
  const double angle = 2 * std::numbers::pi * angle_word * 0x1p-32;
  return radius * (kind % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

// The first line of Random123's own known answers.
TEST(NormalFill, reference_generator_gives_the_known_answer) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(NormalFill, numbers_are_the_documented_ones) {
  for (const std::uint64_t item : {0ULL, 5ULL, 1ULL << 40}) {
    const auto values = numbers(item, 5000);
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_NEAR(values[i], documented_number(item, i), 2e-6) << "item " << item << " number " << i;
  }
  // Beyond 2³² counters, where their second word counts.
  constexpr std::uint64_t far = (1ULL << 36) + 77;
  EXPECT_NEAR(numbers(3, 1, static_cast<Index>(far))[0], documented_number(3, far), 2e-6);
  EXPECT_GT(std::abs(documented_number(3, far) - documented_number(3, 77)), 1e-3);
}

TEST(NormalFill, number_i_depends_on_neither_the_length_nor_the_cut) {
  const auto whole = numbers(2, 1000);
  for (const Index n : {0, 1, 7, 31, 127, 128, 129, 999}) {
    const auto start = numbers(2, n);
    EXPECT_TRUE(std::equal(start.begin(), start.end(), whole.begin())) << n;
  }
  for (const Index width : {1, 60, 100, 128, 300}) {
    std::vector<float> pieces(whole.size());
    for (Index first = 0; first < 1000; first += width)
      fill_normal(kStream, 2, pieces.data() + first, std::min<Index>(width, 1000 - first), first);
    EXPECT_EQ(pieces, whole) << width;
  }
}

TEST(NormalFill, writes_no_further_than_asked) {
  std::vector<float> values(300, -99.0f);
  fill_normal(kStream, 2, values.data() + 3, 200, 50);
  EXPECT_EQ(std::count(values.begin(), values.begin() + 3, -99.0f), 3);
  EXPECT_EQ(std::count(values.begin() + 203, values.end(), -99.0f), 97);
  EXPECT_EQ(std::count(values.begin() + 3, values.begin() + 203, -99.0f), 0);
}

TEST(NormalFill, drawing_from_the_stream_changes_nothing) {
  RandomStream used = kStream;
  used.normal();
  std::vector<float> values(50);
  fill_normal(used, 4, values.data(), 50);
  EXPECT_EQ(values, numbers(4, 50));
}

TEST(NormalFill, doubles_are_the_same_numbers) {
  const auto single = numbers(8, 777, 13);
  EXPECT_EQ(numbers<double>(8, 777, 13), std::vector<double>(single.begin(), single.end()));
}

TEST(NormalFill, moments_and_tails_are_those_of_the_normal_distribution) {
  constexpr Index n = 1 << 21;
  const auto values = numbers(0, n);
  const Eigen::ArrayXd z = Eigen::Map<const Eigen::ArrayXf>(values.data(), n).cast<double>();
  ASSERT_TRUE(z.allFinite());
  // Four standard errors of each moment.
  const double error = 4 / std::sqrt(n);
  EXPECT_NEAR(z.mean(), 0, error);
  EXPECT_NEAR(z.square().mean(), 1, error * std::sqrt(2));
  EXPECT_NEAR(z.cube().mean(), 0, error * std::sqrt(15));
  EXPECT_NEAR(z.square().square().mean(), 3, error * std::sqrt(96));
  for (const double limit : {0.1, 0.5, 1.0, 2.0, 3.0, 4.0}) {
    const double tail = 0.5 * std::erfc(limit / std::numbers::sqrt2);
    const double spread = 4 * std::sqrt(n * tail);
    EXPECT_NEAR(static_cast<double>((z > limit).count()), n * tail, spread) << limit;
    EXPECT_NEAR(static_cast<double>((z < -limit).count()), n * tail, spread) << limit;
  }
  EXPECT_GT(z.abs().maxCoeff(), 4.5);
  EXPECT_LE(z.abs().maxCoeff(), 6.67);
}

TEST(NormalFill, neighbours_items_and_streams_are_independent) {
  constexpr Index n = 1 << 18;
  const auto map = [](const std::vector<float>& values) {
    return Eigen::ArrayXd(Eigen::Map<const Eigen::ArrayXf>(values.data(), n).cast<double>());
  };
  const Eigen::ArrayXd z = map(numbers(0, n)), other_item = map(numbers(1, n));
  std::vector<float> values(n);
  fill_normal(RandomStream("test", "normal fill", 8), 0, values.data(), n);
  const Eigen::ArrayXd other_seed = map(values);
  const double error = 4 / std::sqrt(n);
  EXPECT_NEAR((z * other_item).mean(), 0, error);
  EXPECT_NEAR((z * other_seed).mean(), 0, error);
  EXPECT_NEAR((z.square() * other_item.square()).mean(), 1, error * std::sqrt(8));
  // 32: the cosine and the sine of one angle, whose radius is shared; 64: the two pairs of a counter; 128: the blocks
  for (const Index lag : {1, 2, 32, 64, 128}) {
    const auto later = z.tail(n - lag), earlier = z.head(n - lag);
    EXPECT_NEAR((later * earlier).mean(), 0, error) << lag;
    EXPECT_NEAR((later.square() * earlier.square()).mean(), 1, error * std::sqrt(8)) << lag;
  }
}

/// SplitMix64 as its paper writes it: the state is counted up, its bits are mixed.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

 private:
  std::uint64_t state_;
};

// The first outputs for seed 1234567 that other implementations are checked with.
TEST(NormalFillBlock, reference_generator_gives_the_known_answers) {
  SplitMix generator(1234567);
  EXPECT_EQ(generator.bits(), 6457827717110365317U);
  EXPECT_EQ(generator.bits(), 3203168211198807973U);
  EXPECT_EQ(generator.bits(), 9817491932198370423U);
}

TEST(NormalFillBlock, numbers_are_the_documented_ones) {
  for (const std::uint64_t seed : {0ULL, 99ULL, 1ULL << 63}) {
    SplitMix generator(seed);
    for (std::uint64_t block = 0; block < 20; ++block) {
      std::array<float, kNormalBlock> values;
      fill_normal_block(seed, block, values.data());
      for (std::size_t i = 0; i < 64; ++i) {
        const std::uint64_t word = generator.bits();
        const double uniform = (static_cast<float>(static_cast<std::uint32_t>(word) / 2) + 0.5f) * 0x1p-31f;
        const double radius = std::sqrt(-2 * std::log(uniform));
        const double angle = 2 * std::numbers::pi * static_cast<double>(word >> 32) * 0x1p-32;
        EXPECT_NEAR(values[i], radius * std::cos(angle), 2e-6);
        EXPECT_NEAR(values[64 + i], radius * std::sin(angle), 2e-6);
      }
    }
  }
}

}  // namespace
}  // namespace cohort::test
