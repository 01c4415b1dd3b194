#pragma once

#include <cohort/recordings/hdf5_handle.hpp>

#include <cohort/store/schema.hpp>

namespace cohort {

/// Makes groups, dimension scales, datasets and attributes of `schema` in the empty file `file` (collective; only
/// metadata). Storage of every dataset is allocated, its content undefined: write_content must follow.
void create_schema(hid_t file, const Schema& schema);

/// Writes constants, and the fill value everywhere else; each rank of `comm` takes its part, independently.
///
/// HDF5 could fill by itself, but when the disk runs full it fails on one rank only and the others wait for ever.
void write_content(hid_t file, const Schema& schema, MPI_Comm comm);

}  // namespace cohort
