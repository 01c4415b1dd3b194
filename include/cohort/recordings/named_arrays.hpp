#pragma once

#include <cohort/recordings/npy_array.hpp>
#include <cohort/recordings/recorded_array.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Arrays in one file that may hold others beside them: which of them is the recording must be found.
class NamedArrays {
 public:
  virtual ~NamedArrays() = default;

  /// Of all arrays of numbers of two dimensions or more, sorted.
  virtual std::vector<std::string> names() const = 0;
  /// The array, its values converted to double, last index fastest. Throws UserError when it is missing, damaged, or
  /// holds no numbers.
  virtual NpyArray read(const std::string& name) const = 0;
  /// A list of texts; empty when there is none of that name.
  virtual std::vector<std::string> texts(const std::string& name) const = 0;
};

/// The recording in a file: the array called `inside`, or `activity` where nothing is named, or the only one there is.
/// What the file says of axes and conditions stands beside it in the lists of texts `axes` and `conditions`. Throws
/// UserError, at `file`, when several arrays are there and none is named.
RecordedArray recording_in(const NamedArrays& arrays, const std::string& file, const std::string& inside);

}  // namespace cohort
