#pragma once

#include <cohort/recordings/hdf5_handle.hpp>

#include <cohort/store/schema.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cohort {

/// The type of a number as stored: little-endian, whatever the machine.
Hdf5Handle number_type(ValueType type);

/// One byte of a text, as netCDF stores characters.
Hdf5Handle character_type();

/// The HDF5 name of a C++ number type.
template <class Value>
hid_t memory_type();

/// UTF-8 of exactly `length` bytes, padded with zeros.
Hdf5Handle fixed_text_type(std::size_t length);

/// UTF-8 of any length: for attributes, and for datasets that one process writes alone, because parallel HDF5 cannot.
/// Such attributes have no size limit (fixed-length ones stop at 64 KB), and h5py reads them as `str`.
Hdf5Handle variable_text_type();

/// Whether the last axis of a dataset of `extent` holds the characters of a text.
bool has_character_axis(hid_t dataset, const Extent& extent);

/// What an axis of a dataset is called; empty when nobody named it.
std::string axis_name(hid_t dataset, unsigned axis);

/// `texts` side by side, each cut to `length` bytes at a character boundary and padded with zeros.
std::vector<char> packed(std::span<const std::string> texts, std::size_t length);

void write_text_attribute(hid_t object, const char* name, const std::string& text);

/// The text attribute `name` of `object`, fixed or variable length; empty when there is none.
std::string read_text_attribute(hid_t object, const char* name);

/// Dataspaces of one block of a dataset: in the file and in memory. A count of zero selects nothing.
struct Selection {
  Hdf5Handle file;
  Hdf5Handle memory;
};
Selection select(hid_t dataset, const Extent& start, const Extent& count);

}  // namespace cohort
