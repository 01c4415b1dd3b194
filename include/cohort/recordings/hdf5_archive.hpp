#pragma once

#include <cohort/recordings/array_archive.hpp>

#include <memory>
#include <string>

namespace cohort {

/// Opens an HDF5 file, one of h5py say: `file.h5`, or a group in it, `file.h5/evaluation`. An array is a dataset of
/// floats, integers or booleans, stored in any way that this HDF5 library can read. Null when `path` leads to no HDF5
/// file.
std::unique_ptr<ArrayArchive> open_hdf5_archive(const std::string& path);

}  // namespace cohort
