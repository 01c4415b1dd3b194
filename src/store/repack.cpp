#include <cohort/store/repack.hpp>

#include "hdf5_types.hpp"
#include "partial_file.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/results_file.hpp>

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

namespace cohort {
namespace {

constexpr unsigned kDeflateLevel = 4;
constexpr std::size_t kChunkBytes = 1 << 20, kSmallest = 4096;

/// Attributes that are made anew: addresses within the file, and what makes a dataset a scale.
bool is_of_scales(const std::string& name) {
  static const std::set<std::string> names{"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"};
  return names.contains(name);
}

void copy_attribute(hid_t from, hid_t to, const char* name) {
  const Hdf5Handle source(H5Aopen(from, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Hdf5Handle type(H5Aget_type(source), H5Tclose, "read a type");
  const Hdf5Handle space(H5Aget_space(source), H5Sclose, "read a dataspace");
  const Hdf5Handle target(H5Acreate2(to, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "make an attribute");
  const auto n_values = static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space), "read a dataspace"));
  std::vector<char> bytes(n_values * H5Tget_size(type));
  checked(H5Aread(source, type, bytes.data()), "read an attribute");
  checked(H5Awrite(target, type, bytes.data()), "write an attribute");
  if (checked(H5Tdetect_class(type, H5T_STRING), "read a type") > 0 && H5Tis_variable_str(type) > 0)
    checked(H5Dvlen_reclaim(type, space, H5P_DEFAULT, bytes.data()), "free texts");
}

void copy_attributes(hid_t from, hid_t to) {
  std::vector<std::string> names;
  const auto note = [](hid_t, const char* name, const H5A_info_t*, void* found) -> herr_t {
    static_cast<std::vector<std::string>*>(found)->emplace_back(name);
    return 0;
  };
  checked(H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, nullptr, note, &names), "list attributes");
  for (const std::string& name : names)
    if (!is_of_scales(name)) copy_attribute(from, to, name.c_str());
}

std::vector<hsize_t> sizes_of(hid_t space) {
  std::vector<hsize_t> sizes(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "read a dataspace")));
  if (!sizes.empty()) checked(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), "read a dataspace");
  return sizes;
}

std::size_t product(const std::vector<hsize_t>& sizes) {
  std::size_t n = 1;
  for (const hsize_t size : sizes) n *= size;
  return n;
}

/// About a megabyte: fewer indices along the first axes.
std::vector<hsize_t> chunk_of(std::vector<hsize_t> sizes, std::size_t value_bytes) {
  for (std::size_t axis = 0; axis < sizes.size() && product(sizes) * value_bytes > kChunkBytes; ++axis) {
    const std::size_t rest = product(sizes) * value_bytes / sizes[axis];
    sizes[axis] = std::max<hsize_t>(1, kChunkBytes / std::max<std::size_t>(rest, 1));
  }
  return sizes;
}

/// How the copy of a dataset is stored: compressed where that is worth it and possible.
Hdf5Handle packed_properties(hid_t source, hid_t type, const std::vector<hsize_t>& sizes) {
  Hdf5Handle properties(H5Dget_create_plist(source), H5Pclose, "read how a dataset is stored");
  const std::size_t n_bytes = product(sizes) * H5Tget_size(type);
  if (sizes.empty() || n_bytes < kSmallest || H5Tis_variable_str(type) > 0) return properties;
  const auto chunk = chunk_of(sizes, H5Tget_size(type));
  checked(H5Pset_layout(properties, H5D_CHUNKED), "choose chunks");
  checked(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_INCR), "choose late allocation");
  checked(H5Pset_fill_time(properties, H5D_FILL_TIME_IFSET), "fill what is padding");
  checked(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), "choose chunks");
  checked(H5Pset_shuffle(properties), "shuffle bytes");
  checked(H5Pset_deflate(properties, kDeflateLevel), "compress");
  return properties;
}

/// All values, some megabytes at a time.
void copy_values(hid_t from, hid_t to, hid_t type, hid_t space, const std::vector<hsize_t>& sizes) {
  const std::size_t value_bytes = H5Tget_size(type);
  const bool is_text = H5Tis_variable_str(type) > 0;
  const std::size_t row_bytes =
      sizes.empty() ? value_bytes : product(sizes) / std::max<hsize_t>(sizes[0], 1) * value_bytes;
  constexpr std::size_t most_bytes = 16 << 20;
  const hsize_t n_rows = sizes.empty() ? 1 : sizes[0];
  const hsize_t chunk_rows = sizes.empty() ? 1 : std::max<hsize_t>(1, chunk_of(sizes, value_bytes)[0]);
  const hsize_t n_chunks = std::max<hsize_t>(1, most_bytes / std::max<hsize_t>(row_bytes * chunk_rows, 1));
  const hsize_t step = is_text ? n_rows : n_chunks * chunk_rows;  // whole chunks: none is unpacked again
  for (hsize_t first = 0; first < n_rows; first += step) {
    std::vector<hsize_t> start(sizes.size(), 0), count = sizes;
    if (!sizes.empty()) {
      start[0] = first;
      count[0] = std::min(step, n_rows - first);
      checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), "select rows");
    }
    const Hdf5Handle memory(
        count.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
        H5Sclose, "make a dataspace");
    std::vector<char> bytes(product(count) * value_bytes);
    if (bytes.empty()) return;
    checked(H5Dread(from, type, memory, space, H5P_DEFAULT, bytes.data()), "read values");
    checked(H5Dwrite(to, type, memory, space, H5P_DEFAULT, bytes.data()), "write values");
    if (is_text) checked(H5Dvlen_reclaim(type, memory, H5P_DEFAULT, bytes.data()), "free texts");
  }
}

void copy_dataset(hid_t from, hid_t to, const std::string& path) {
  const Hdf5Handle source(H5Dopen2(from, path.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset");
  const Hdf5Handle type(H5Dget_type(source), H5Tclose, "read a type");
  const Hdf5Handle space(H5Dget_space(source), H5Sclose, "read a dataspace");
  const auto sizes = sizes_of(space);
  const Hdf5Handle properties = packed_properties(source, type, sizes);
  const Hdf5Handle target(H5Dcreate2(to, path.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                          "create a dataset");
  copy_values(source, target, type, space, sizes);
  copy_attributes(source, target);
  if (checked(H5DSis_scale(source), "look for a scale") <= 0) return;
  char name[256] = {};
  checked(H5DSget_scale_name(source, name, sizeof name), "read the name of a scale");
  checked(H5DSset_scale(target, name), "make a dimension scale");
}

/// Attaches to each axis of a copy what was attached to it in the file.
void attach_scales(hid_t from, hid_t to, const std::string& path) {
  const Hdf5Handle source(H5Dopen2(from, path.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset");
  if (checked(H5DSis_scale(source), "look for a scale") > 0) return;
  const Hdf5Handle target(H5Dopen2(to, path.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset");
  const Hdf5Handle space(H5Dget_space(source), H5Sclose, "read a dataspace");
  const auto note = [](hid_t, unsigned, hid_t scale, void* found) -> herr_t {
    char name[1024] = {};
    if (H5Iget_name(scale, name, sizeof name) < 0) return -1;
    static_cast<std::vector<std::string>*>(found)->emplace_back(name);
    return 0;
  };
  for (unsigned axis = 0; axis < sizes_of(space).size(); ++axis) {
    std::vector<std::string> scales;
    checked(H5DSiterate_scales(source, axis, nullptr, note, &scales), "list dimension scales");
    for (const std::string& name : scales) {
      const Hdf5Handle scale(H5Dopen2(to, name.c_str(), H5P_DEFAULT), H5Dclose, "open a dimension scale");
      checked(H5DSattach_scale(target, scale, axis), "attach a dimension scale");
    }
  }
}

struct Contents {
  std::vector<std::string> groups{}, datasets{};  ///< a group before what is in it
};

Contents contents_of(hid_t file) {
  Contents contents;
  const auto note = [](hid_t, const char* name, const H5O_info_t* info, void* found) -> herr_t {
    auto& all = *static_cast<Contents*>(found);
    if (info->type == H5O_TYPE_GROUP && std::strcmp(name, ".") != 0) all.groups.push_back(std::string("/") + name);
    if (info->type == H5O_TYPE_DATASET) all.datasets.push_back(std::string("/") + name);
    return 0;
  };
  checked(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, note, &contents, H5O_INFO_BASIC), "list the file");
  return contents;
}

void copy_file(hid_t from, hid_t to) {
  const auto attributes_of = [&](const std::string& path) {
    const Hdf5Handle source(H5Oopen(from, path.c_str(), H5P_DEFAULT), H5Oclose, "open a group");
    const Hdf5Handle target(H5Oopen(to, path.c_str(), H5P_DEFAULT), H5Oclose, "open a group");
    copy_attributes(source, target);
  };
  const Contents contents = contents_of(from);
  for (const std::string& group : contents.groups) {
    const Hdf5Handle source(H5Gopen2(from, group.c_str(), H5P_DEFAULT), H5Gclose, "open a group");
    const Hdf5Handle properties(H5Gget_create_plist(source), H5Pclose, "read how a group is stored");
    Hdf5Handle(H5Gcreate2(to, group.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Gclose, "create a group");
  }
  attributes_of("/");
  for (const std::string& group : contents.groups) attributes_of(group);
  for (const std::string& dataset : contents.datasets) copy_dataset(from, to, dataset);
  for (const std::string& dataset : contents.datasets) attach_scales(from, to, dataset);
  write_text_attribute(to, kRepacked, fmt::format("shuffle, deflate {}", kDeflateLevel));
}

}  // namespace

void repack(const std::string& from, const std::string& to) {
  check_results_file(from);
  const LeaseHolder holder = lease_holder(from);
  if (holder.pid != 0 && holder.over.empty())
    throw UserError("a job is writing these results", fmt::format("process {} on {}", holder.pid, holder.host),
                    "Wait for it.", {from});
  const PartialFile partial(to, false);
  partial.start(0);
  try {
    Hdf5Handle source(H5Fopen(from.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open a file");
    if (!read_text_attribute(source, kRepacked).empty())
      throw UserError("is a compressed copy already", "", "", {from});
    Hdf5Handle target(H5Fcreate(partial.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose,
                      "create a file");
    copy_file(source, target);
    target.close("close the file");
  } catch (const Hdf5Error& error) {
    partial.remove();
    throw UserError("cannot be written", fmt::format("HDF5: {}", error.detail()), "", {to});
  } catch (const std::exception&) {
    partial.remove();
    throw;
  }
  partial.finish();
}

}  // namespace cohort
