#pragma once

#include <cohort/recordings/array_archive.hpp>

#include <memory>
#include <optional>
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

  /// Paths of everything below it that is a dataset, sorted: "trials/inputs". Links that lead nowhere are left out.
  virtual std::vector<std::string> datasets() const = 0;
  virtual std::vector<std::size_t> shape(const std::string& name) const = 0;
  virtual bool holds_texts(const std::string& name) const = 0;
  virtual bool holds_numbers(const std::string& name) const = 0;
  /// Rows [first, first + n) along the first axis. Requires that there are so many.
  virtual NpyArray read_rows(const std::string& name, std::size_t first, std::size_t n) const = 0;

  /// An attribute of the dataset or group `name` ("." for the archive itself); none where there is no such attribute
  /// of one number or text.
  virtual std::optional<double> number_attribute(const std::string& name, const std::string& attribute) const = 0;
  virtual std::optional<std::string> text_attribute(const std::string& name, const std::string& attribute) const = 0;
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
