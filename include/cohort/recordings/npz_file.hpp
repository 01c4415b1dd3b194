#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// An array with a name, in single precision.
struct NamedArray {
  std::string name{};
  std::vector<std::size_t> shape{};
  std::vector<float> values{};  ///< C order
};

/// Writes arrays as numpy.savez does: `numpy.load(path)[name]`. Replaces a file that is there. Throws UserError when
/// the path cannot be written.
void write_npz(const std::string& path, const std::vector<NamedArray>& arrays);

}  // namespace cohort
