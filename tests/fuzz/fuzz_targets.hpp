#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cohort::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// A decoder of something that comes from outside: a file of a user or of another job, a message of another rank.
struct Target {
  const char* name;       ///< of its corpus, too
  void (*decode)(Bytes);  ///< takes any bytes; what it throws other than that they are wrong is a bug
};

const std::vector<Target>& targets();

}  // namespace cohort::fuzz
