#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace cohort {

/// A NumPy array read from a `.npy` file (format 1.0 to 3.0), values converted to double, in C order.
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;  ///< last index fastest, whatever order the file had
  /// Spacing of numbers near 1 in the type that was stored: how far rounding may have moved a value of size 1.
  double precision = std::numeric_limits<double>::epsilon();

  std::size_t size() const { return values.size(); }
};

/// Whether a file at `path` begins as `.npy` files do.
bool is_npy(const std::string& path);

/// Reads `path`: little- or big-endian floats (2, 4, 8 bytes), integers and booleans, C or Fortran order.
/// Headers of Python 2 (`(6L, 32L)`) are read too. Throws UserError when the file is missing, unreadable, truncated, a
/// pipe, no .npy file, or of another type.
NpyArray read_npy(const std::string& path);

/// The same of the bytes of such a file.
NpyArray npy_array_of(const std::string& bytes);

/// Dimensions of the array whose file begins so, its header at least; 0 unless it holds numbers.
std::size_t npy_dimensions(const std::string& begin);

/// The texts of a one-dimensional array of `str` or `bytes` (kinds U and S), given as the bytes of its file. Throws
/// UserError when it holds no texts.
std::vector<std::string> npy_texts_of(const std::string& bytes);

/// An array of `float`, `double` or `std::int64_t` in C order as the bytes of a `.npy` file (format 1.0).
template <class Value>
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const Value> values);

/// Writes `array` as little-endian float64, C order. Throws UserError when the path cannot be written.
void write_npy(const std::string& path, const NpyArray& array);

/// The same for whole numbers, as int64: they index a list in Python as they are.
void write_npy(const std::string& path, const std::vector<std::size_t>& shape, std::span<const std::int64_t> values);

}  // namespace cohort
