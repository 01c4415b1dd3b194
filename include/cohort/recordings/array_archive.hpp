#pragma once

#include <cohort/recordings/npy_array.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// Named arrays that a user brings in one place: a folder of .npy files, a .npz file, or an HDF5 file or
/// a group in it.
class ArrayArchive {
 public:
  virtual ~ArrayArchive() = default;

  virtual bool has(const std::string& name) const = 0;

  /// The array, its values converted to double, last index fastest. Throws UserError when it is missing, damaged, or
  /// holds no numbers.
  virtual NpyArray read(const std::string& name) const = 0;

  /// A list of texts, such as names: a dataset of texts, or a file `name.txt` with one on each line. Empty when there
  /// is none. Throws UserError when it is damaged.
  virtual std::vector<std::string> texts(const std::string& name) const = 0;

  /// What messages call the array: "trials/inputs.npy", "trials.h5:/inputs".
  virtual std::string path_of(const std::string& name) const = 0;

  /// Reads an array whose numbers are all finite. Throws UserError where one is not.
  NpyArray read_finite(const std::string& name) const;
};

/// The arrays at `path`. Throws UserError when there is nothing, or nothing that can be read.
std::unique_ptr<ArrayArchive> open_array_archive(const std::string& path);

}  // namespace cohort
