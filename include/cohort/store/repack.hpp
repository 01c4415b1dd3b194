#pragma once

#include <string>

namespace cohort {

/// Root attribute of a file that repack made; it says how.
inline constexpr const char* kRepacked = "repacked";

/// Makes a compressed copy `to` of the results file `from`, bit for bit the same in every value, type, attribute and
/// dimension scale: chunks, shuffled and deflated, which h5py, xarray and netCDF read like any others. One process, no
/// MPI. A copy is for reading: jobs write rows of a file in place, which compressed chunks do not allow.
///
/// Throws UserError when `from` is no results file or a job works on it, when `to` exists, and when the disk is full;
/// then nothing is left at `to`.
void repack(const std::string& from, const std::string& to);

}  // namespace cohort
