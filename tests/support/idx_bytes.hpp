#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cohort::test {

/// The bytes of an IDX file of unsigned bytes.
inline std::string idx_bytes(const std::vector<std::uint8_t>& shape, const std::string& values) {
  std::string text{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint8_t extent : shape) text += std::string(3, '\0') + static_cast<char>(extent);
  return text + values;
}

}  // namespace cohort::test
