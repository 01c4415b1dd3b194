#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <cstddef>
#include <string>
#include <utility>
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

/// The same in double precision, name by name.
void write_npz(const std::string& path, const std::vector<std::pair<std::string, NpyArray>>& arrays);

}  // namespace cohort
