#include "mat73_arrays.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/recordings/fortran_order.hpp>
#include <cohort/recordings/hdf5_archive.hpp>

#include <hdf5_hl.h>

#include <algorithm>
#include <array>

namespace cohort {
namespace {

constexpr std::size_t kLongestList = 1 << 20;  // texts or characters: labels are fewer

Hdf5Handle opened(const std::string& file) {
  prepare_hdf5();
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make access properties");
  checked(H5Pset_file_locking(access, false, true), "do without file locks");
  return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "open the file"};
}

/// "double", "char", "cell": what MATLAB wrote; empty for what it did not write.
std::string matlab_class(hid_t dataset) {
  std::array<char, 64> text{};
  if (H5Aexists(dataset, "MATLAB_class") <= 0) return "";
  const Hdf5Handle attribute(H5Aopen(dataset, "MATLAB_class", H5P_DEFAULT), H5Aclose, "open an attribute");
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "get the type");
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0 || H5Tget_size(type) >= text.size()) return "";
  checked(H5Aread(attribute, type, text.data()), "read an attribute");
  return text.data();
}

/// As HDF5 has it: MATLAB's the other way round.
std::vector<hsize_t> extents_of(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "get the shape");
  std::vector<hsize_t> extents(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "get the shape")));
  if (!extents.empty()) checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "get the shape");
  return extents;
}

bool is_array(hid_t dataset) {
  const std::string kind = matlab_class(dataset);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
  const bool has_numbers = H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER;
  const auto extents = extents_of(dataset);
  const auto n_long = std::count_if(extents.begin(), extents.end(), [](hsize_t extent) { return extent > 1; });
  return has_numbers && kind != "char" && kind != "cell" && kind != "logical" && n_long >= 2;
}

/// Whether there is a dataset at `name`, groups on the way included.
bool is_dataset(hid_t file, const std::string& name) {
  for (std::size_t slash = name.find('/');; slash = name.find('/', slash + 1)) {
    if (H5Lexists(file, name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) break;
  }
  const Hdf5Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose, "open what is there");
  return H5Iget_type(object) == H5I_DATASET;
}

std::size_t volume(const std::vector<hsize_t>& extents) {
  std::size_t n = 1;
  for (const hsize_t extent : extents) {
    if (extent > kLongestList || n * extent > kLongestList) throw UserError("holds too many texts");
    n *= extent;
  }
  return n;
}

/// The rows of an array of characters, without the blanks that make them equally long.
std::vector<std::string> rows_of(hid_t dataset) {
  const std::vector<hsize_t> extents = extents_of(dataset);  // [columns, rows]
  if (extents.size() != 2) return {};
  std::vector<std::uint16_t> codes(volume(extents));
  checked(H5Dread(dataset, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, codes.data()), "read characters");
  std::vector<std::string> rows(extents[1]);
  for (std::size_t i = 0; i < codes.size(); ++i) rows[i % rows.size()] += static_cast<char>(codes[i]);
  for (std::string& row : rows) row.resize(row.find_last_not_of(' ') + 1);
  return rows;
}

/// What is in the cells of a row or column of them.
std::vector<Hdf5Handle> cells_of(hid_t dataset) {
  if (matlab_class(dataset) != "cell") return {};
  std::vector<hobj_ref_t> references(volume(extents_of(dataset)));
  checked(H5Dread(dataset, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()), "read cells");
  std::vector<Hdf5Handle> cells;
  for (hobj_ref_t& cell : references)
    cells.emplace_back(H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, &cell), H5Oclose, "open a cell");
  return cells;
}

/// Arrays of one shape in cells, one for each condition or trial.
bool is_array_in_cells(hid_t dataset) {
  const std::vector<Hdf5Handle> cells = cells_of(dataset);
  return cells.size() > 1 && std::all_of(cells.begin(), cells.end(), [&](const Hdf5Handle& cell) {
           return H5Iget_type(cell) == H5I_DATASET && is_array(cell) && extents_of(cell) == extents_of(cells.front());
         });
}

/// "/#refs#/a"
std::string name_of(hid_t object) {
  std::array<char, 256> name{};
  checked(H5Iget_name(object, name.data(), name.size()), "name what is in a cell");
  return name.data();
}

std::vector<std::string> texts_in_cells(hid_t dataset) {
  std::vector<std::string> texts;
  for (const Hdf5Handle& object : cells_of(dataset)) {
    const auto rows = matlab_class(object) == "char" ? rows_of(object) : std::vector<std::string>();
    texts.push_back(rows.empty() ? "" : rows.front());
  }
  return texts;
}

}  // namespace

Mat73Arrays::Mat73Arrays(const std::string& file) : file_(file) {
  try {
    opened(file);
  } catch (const Hdf5Error& error) {
    throw UserError("damaged .mat file", error.detail(), "", {file});
  }
}

std::vector<std::string> Mat73Arrays::names() const {
  const Hdf5Handle file = opened(file_);
  std::vector<std::string> links, names;
  const auto note = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    if (name[0] != '#') static_cast<std::vector<std::string>*>(list)->emplace_back(name);  // #refs#: what cells hold
    return 0;
  };
  checked(H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, note, &links), "list the variables");
  for (const std::string& link : links) {
    if (!is_dataset(file, link)) continue;
    const Hdf5Handle dataset(H5Dopen2(file, link.c_str(), H5P_DEFAULT), H5Dclose, "open a variable");
    if (is_array(dataset) || is_array_in_cells(dataset)) names.push_back(link);
  }
  std::ranges::sort(names);
  return names;
}

NpyArray Mat73Arrays::read(const std::string& name) const {
  const auto archive = open_hdf5_archive(file_);
  const Hdf5Handle file = opened(file_);
  const Hdf5Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open a variable");
  if (!is_array_in_cells(dataset)) {
    NpyArray array = archive->read(name);
    std::ranges::reverse(array.shape);
    return from_fortran_order(std::move(array));
  }
  NpyArray whole;
  std::size_t n_cells = 0;
  for (const Hdf5Handle& cell : cells_of(dataset)) {
    const NpyArray array = archive->read(name_of(cell));
    whole.shape = array.shape;
    whole.precision = array.precision;
    whole.values.insert(whole.values.end(), array.values.begin(), array.values.end());
    ++n_cells;
  }
  std::ranges::reverse(whole.shape);
  whole.shape.push_back(n_cells);  // MATLAB's last axis is the slowest
  return from_fortran_order(std::move(whole));
}

std::vector<std::string> Mat73Arrays::texts(const std::string& name) const {
  const Hdf5Handle file = opened(file_);
  if (!is_dataset(file, name)) return {};
  try {
    const Hdf5Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open a variable");
    const std::string kind = matlab_class(dataset);
    if (kind == "cell") return texts_in_cells(dataset);
    return kind == "char" ? rows_of(dataset) : std::vector<std::string>();
  } catch (const Hdf5Error& error) {
    throw UserError("cannot be read", error.detail(), "", {file_ + "/" + name});
  }
}

}  // namespace cohort
