#pragma once

namespace cohort {

/// Lets open_array_archive read HDF5 files, those of h5py say: `file.h5`, or a group in it, `file.h5/evaluation`. An
/// array is a dataset of floats, integers or booleans, stored in any way that this HDF5 library can read. To be called
/// once, before a study is read.
void add_hdf5_archives();

}  // namespace cohort
