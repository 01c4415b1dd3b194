#include <cohort/cluster/assemble.hpp>
#include <cohort/store/together.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <vector>

namespace cohort::test {
namespace {

/// Bits that a sum of doubles would not bring through: a negative zero, a NaN with a payload.
std::uint64_t bits(std::size_t i) {
  if (i % 3 == 0) return std::bit_cast<std::uint64_t>(-0.0);
  if (i % 3 == 1) return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN()) | (i + 1);
  return std::bit_cast<std::uint64_t>(1.0 / (3.0 + static_cast<double>(i)));
}

TEST(Assemble, every_rank_gets_all_words_bit_for_bit) {
  const auto rank = static_cast<std::size_t>(rank_of(MPI_COMM_WORLD));
  const auto n_ranks = static_cast<std::size_t>(size_of(MPI_COMM_WORLD));
  std::vector<std::uint64_t> words(1000, 0);
  for (std::size_t i = rank; i < words.size(); i += n_ranks) words[i] = bits(i);
  assemble(MPI_COMM_WORLD, words);
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(words[i], bits(i));
}

}  // namespace
}  // namespace cohort::test
