#pragma once

#include <cohort/recordings/hdf5_handle.hpp>

#include <cohort/store/schema.hpp>

namespace cohort {

/// Makes groups, dimension scales, datasets and attributes of `schema` in `file`, which this process alone has open,
/// and writes the constants; what the file has already stays as it is. Storage of every dataset is allocated, what is
/// no constant is undefined: fill_schema must follow for what is new.
void create_schema(hid_t file, const Schema& schema);

/// Writes the fill value wherever there is no constant; each rank of `comm` takes its part, independently.
///
/// HDF5 could fill by itself, but when the disk runs full it fails on one rank only and the others wait for ever.
void fill_schema(hid_t file, const Schema& schema, MPI_Comm comm);

}  // namespace cohort
