#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// Unsigned bytes read from an IDX file, the format of MNIST.
struct IdxFile {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;  ///< last index fastest
};

/// Reads `path`, gzip-compressed or not, which must have `n_dimensions`. Throws UserError naming the file when it is
/// missing, truncated, damaged, no IDX file of unsigned bytes, or of another number of dimensions.
IdxFile read_idx(const std::string& path, std::size_t n_dimensions);

}  // namespace cohort
