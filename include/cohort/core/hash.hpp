#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cohort {

/// 64-bit xxHash (XXH3) of raw bytes: the checksum of a row in the results file.
std::uint64_t hash64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

/// 64-bit xxHash (XXH3) of a text: the key of a random stream.
std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0);

/// 128-bit xxHash (XXH3) of a text as 32 lower-case hexadecimal digits: the key of a run.
std::string hash128_hex(std::string_view text);

}  // namespace cohort
