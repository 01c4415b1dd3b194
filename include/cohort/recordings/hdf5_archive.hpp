#pragma once

#include <cohort/recordings/array_archive.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cohort {

/// Named arrays in an HDF5 file, and what only HDF5 has.
class Hdf5ArrayArchive : public ArrayArchive {
 public:
  /// What the axes of an array are called: its attribute `axes` (a list of texts, or one text with commas), else its
  /// dimension labels; empty when neither names every axis.
  virtual std::vector<std::string> axes_of(const std::string& name) const = 0;
};

/// Opens an HDF5 file, one of h5py say: `file.h5`, or a group in it, `file.h5/evaluation`. An array is a dataset of
/// floats, integers or booleans, stored in any way that this HDF5 library can read. Null when `path` leads to no HDF5
/// file.
std::unique_ptr<Hdf5ArrayArchive> open_hdf5_archive(const std::string& path);

/// Whether `path` is an HDF5 file, or leads into one.
bool is_in_hdf5_file(const std::string& path);

/// Group and name of the dataset that `path` names; of the one called `usual` in it when `path` is a file or a group.
/// Requires is_in_hdf5_file. Throws UserError when the file is damaged or nothing is there.
std::pair<std::string, std::string> hdf5_dataset_at(const std::string& path, const std::string& usual);

}  // namespace cohort
