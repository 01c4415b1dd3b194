#include <cohort/recordings/hdf5_archive.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/hdf5_handle.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace cohort {
namespace {

namespace fs = std::filesystem;

struct Place {
  std::string file, group;
};

/// `path` split where a file ends and a group in it begins.
std::optional<Place> place_of(const std::string& path) {
  std::error_code unknown;
  fs::path file = path, group;
  while (!file.empty() && !fs::is_regular_file(file, unknown)) {
    group = group.empty() ? file.filename() : file.filename() / group;
    if (file == file.parent_path()) return std::nullopt;
    file = file.parent_path();
  }
  if (file.empty()) return std::nullopt;
  return Place{file.string(), "/" + group.relative_path().string()};
}

Hdf5Handle open_for_reading(const std::string& file) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make access properties");
  // Nobody writes what a user gives us to read, and many network file systems know no locks.
  checked(H5Pset_file_locking(access, false, true), "do without file locks");
  return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "open the file"};
}

bool holds_numbers(hid_t dataset) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;  // h5py stores booleans as an enumeration
}

std::vector<std::size_t> shape_of(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "get the shape");
  // Neither a scalar nor an array of length 0 (h5py.Empty): reading it would leave a zero that nobody wrote.
  if (H5Sget_simple_extent_type(space) == H5S_NULL) throw UserError("holds no numbers", "it is empty");
  std::vector<hsize_t> extents(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "get the shape")));
  if (!extents.empty()) checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "get the shape");
  return {extents.begin(), extents.end()};
}

class Hdf5Archive final : public ArrayArchive {
 public:
  explicit Hdf5Archive(Place place) : place_(std::move(place)) {
    try {
      file_ = open_for_reading(place_.file);
      group_ = {H5Gopen2(file_, place_.group.c_str(), H5P_DEFAULT), H5Gclose, "open the group"};
    } catch (const Hdf5Error& error) {
      if (file_ < 0) throw UserError("damaged HDF5 file", error.detail(), "", {place_.file});
      throw UserError(fmt::format("has no group {}", place_.group), "", "", {place_.file});
    }
  }

  bool has(const std::string& name) const override {
    return checked(H5Lexists(group_, name.c_str(), H5P_DEFAULT), "look for a dataset") > 0;
  }

  std::string path_of(const std::string& name) const override {
    return fmt::format("{}:{}{}{}", place_.file, place_.group, place_.group.ends_with('/') ? "" : "/", name);
  }

  NpyArray read(const std::string& name) const override {
    if (!has(name)) throw UserError("there is no such dataset", "", "", {path_of(name)});
    try {
      return values_of({H5Dopen2(group_, name.c_str(), H5P_DEFAULT), H5Dclose, "open the dataset"});
    } catch (const Hdf5Error& error) {
      throw UserError("cannot be read", error.detail(), "", {path_of(name)});
    } catch (const UserError& error) {
      throw error.at({path_of(name)});
    }
  }

 private:
  static NpyArray values_of(const Hdf5Handle& dataset) {
    if (!holds_numbers(dataset)) throw UserError("holds no numbers", "floats, integers or booleans are needed");
    NpyArray array{shape_of(dataset), {}};
    std::size_t n = 1;
    for (const std::size_t extent : array.shape) n *= extent;
    array.values.resize(n);
    if (n > 0) checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()), "read");
    return array;
  }

  Place place_;
  Hdf5Handle file_, group_;
};

}  // namespace

std::unique_ptr<ArrayArchive> open_hdf5_archive(const std::string& path) {
  prepare_hdf5();
  const std::optional<Place> place = place_of(path);
  if (!place || H5Fis_hdf5(place->file.c_str()) <= 0) return nullptr;
  return std::make_unique<Hdf5Archive>(*place);
}

}  // namespace cohort
