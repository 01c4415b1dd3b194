#include <cohort/recordings/hdf5_archive.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/hdf5_handle.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <type_traits>

namespace cohort {
namespace {

namespace fs = std::filesystem;

struct Place {
  std::string file, group;
};

/// `path` split where a file ends and a group in it begins.
std::optional<Place> place_of(const std::string& path) {
  const std::optional<FilePlace> place = file_place(path);
  if (!place) return std::nullopt;
  return Place{place->file, "/" + place->inside};
}

Hdf5Handle open_for_reading(const std::string& file) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make access properties");
  // Nobody writes what a user gives us to read, and many network file systems know no locks.
  checked(H5Pset_file_locking(access, false, true), "do without file locks");
  return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "open the file"};
}

bool has_numbers(hid_t dataset) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;  // h5py stores booleans as an enumeration
}

/// See NpyArray::precision.
double precision_of(hid_t dataset) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
  if (H5Tget_class(type) != H5T_FLOAT || H5Tget_size(type) >= 8) return std::numeric_limits<double>::epsilon();
  return H5Tget_size(type) == 4 ? std::numeric_limits<float>::epsilon() : std::ldexp(1.0, -10);
}

std::vector<std::size_t> shape_of(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "get the shape");
  // Neither a scalar nor an array of length 0 (h5py.Empty): reading it would leave a zero that nobody wrote.
  if (H5Sget_simple_extent_type(space) == H5S_NULL) throw UserError("holds no numbers", "it is empty");
  std::vector<hsize_t> extents(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "get the shape")));
  if (!extents.empty()) checked(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "get the shape");
  return {extents.begin(), extents.end()};
}

std::size_t number_of_values(const std::vector<std::size_t>& shape) {
  std::size_t n = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && n > std::numeric_limits<std::size_t>::max() / sizeof(double) / extent)
      throw UserError("is too large", fmt::format("its shape is ({})", fmt::join(shape, ", ")));
    n *= extent;
  }
  return n;
}

/// A shape costs nothing to write and may ask for more memory than there is: what was never written is refused where it
/// would take a gigabyte or more. Compression makes at most one byte of a thousand.
void check_size(hid_t dataset, const std::vector<std::size_t>& shape) {
  constexpr double free_bytes = 1 << 30, best_compression = 1100;
  const Hdf5Handle properties(H5Dget_create_plist(dataset), H5Pclose, "get the layout");
  if (H5Pget_layout(properties) == H5D_VIRTUAL || H5Pget_external_count(properties) > 0) return;
  const auto stored = static_cast<double>(H5Dget_storage_size(dataset));
  const double needed = static_cast<double>(number_of_values(shape)) * sizeof(double);
  if (needed <= std::max(free_bytes, best_compression * sizeof(double) * stored)) return;
  throw UserError("is too large", fmt::format("its shape ({}) needs {:.3g} bytes of memory, and {:.3g} are stored",
                                              fmt::join(shape, ", "), needed, stored));
}

/// Texts of a dataset or an attribute, of fixed or variable length, as `read(type, buffer)` gives them.
template <class Read>
std::vector<std::string> texts_of(const Hdf5Handle& type, std::size_t n, const Hdf5Handle& space, const Read& read) {
  if (H5Tget_class(type) != H5T_STRING) throw UserError("holds no texts");
  std::vector<std::string> texts;
  if (checked(H5Tis_variable_str(type), "look at a type of text") > 0) {
    std::vector<char*> pointers(n, nullptr);
    const Hdf5Handle memory(H5Tcopy(type), H5Tclose, "copy a type");
    checked(read(memory, pointers.data()), "read texts");
    for (const char* text : pointers) texts.emplace_back(text ? text : "");
    checked(H5Dvlen_reclaim(memory, space, H5P_DEFAULT, pointers.data()), "free texts");
    return texts;
  }
  const std::size_t length = H5Tget_size(type);
  std::string bytes(n * length, '\0');
  checked(read(type, bytes.data()), "read texts");
  for (std::size_t i = 0; i < n; ++i) {
    std::string text = bytes.substr(i * length, length);
    text.resize(std::min(text.find('\0'), text.size()));
    text.resize(text.find_last_not_of(' ') + 1);
    texts.push_back(text);
  }
  return texts;
}

std::vector<std::string> without_blanks_at_commas(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ",") {
    if (c == ',')
      words.push_back(std::exchange(word, ""));
    else if (c != ' ')
      word += c;
  }
  return words;
}

/// Texts of an attribute; empty when there is none.
std::vector<std::string> texts_of_attribute(hid_t object, const char* name) {
  if (checked(H5Aexists(object, name), "look for an attribute") == 0) return {};
  const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "get the type");
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "get the shape");
  const auto n = static_cast<std::size_t>(checked(H5Sget_simple_extent_npoints(space), "get the shape"));
  return texts_of(type, n, space, [&](hid_t memory, void* to) { return H5Aread(attribute, memory, to); });
}

/// What the attribute `axes` says; empty when there is none.
std::vector<std::string> axes_attribute(hid_t dataset) {
  const auto texts = texts_of_attribute(dataset, "axes");
  return texts.size() == 1 ? without_blanks_at_commas(texts.front()) : texts;
}

/// The one number of an attribute, if it is that.
std::optional<double> number_of_attribute(hid_t object, const char* name) {
  if (checked(H5Aexists(object, name), "look for an attribute") == 0) return std::nullopt;
  const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose, "get the type");
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose, "get the shape");
  const bool is_number = H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT;
  if (!is_number || H5Sget_simple_extent_npoints(space) != 1) return std::nullopt;
  double value = 0;
  checked(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), "read an attribute");
  return value;
}

/// The dimension labels; empty when an axis has none.
std::vector<std::string> axis_labels(hid_t dataset, std::size_t n_axes) {
  std::vector<std::string> labels;
  for (unsigned axis = 0; axis < n_axes; ++axis) {
    char label[64] = {};
    if (H5DSget_label(dataset, axis, label, sizeof label) <= 0) return {};
    labels.emplace_back(label);
  }
  return labels;
}

class Hdf5Archive final : public Hdf5ArrayArchive {
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
    for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
      if (checked(H5Lexists(group_, name.substr(0, slash).c_str(), H5P_DEFAULT), "look for a dataset") == 0)
        return false;
      if (slash == std::string::npos) return true;
    }
  }

  std::string path_of(const std::string& name) const override {
    return fmt::format("{}:{}{}{}", place_.file, place_.group, place_.group.ends_with('/') ? "" : "/", name);
  }

  NpyArray read(const std::string& name) const override {
    return look_at(name, [](const Hdf5Handle& dataset) { return values_of(dataset); });
  }

  std::vector<std::string> texts(const std::string& name) const override {
    if (!has(name)) return {};
    return look_at(name, [](const Hdf5Handle& dataset) {
      const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
      const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "get the shape");
      check_size(dataset, shape_of(dataset));
      const std::size_t n = number_of_values(shape_of(dataset));
      return texts_of(type, n, space, [&](hid_t memory, void* to) {
        return H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
      });
    });
  }

  std::vector<std::string> datasets() const override {
    std::vector<std::string> links;
    const auto note = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
      static_cast<std::vector<std::string>*>(list)->emplace_back(name);
      return 0;
    };
    try {
      checked(H5Lvisit(group_, H5_INDEX_NAME, H5_ITER_INC, note, &links), "list what is there");
      std::erase_if(links, [&](const std::string& link) { return !is_dataset(link); });
    } catch (const Hdf5Error& error) {
      throw UserError("damaged HDF5 file", error.detail(), "", {place_.file});
    }
    std::ranges::sort(links);
    return links;
  }

  std::vector<std::size_t> shape(const std::string& name) const override {
    return look_at(name, [](const Hdf5Handle& dataset) { return shape_of(dataset); });
  }

  bool holds_texts(const std::string& name) const override {
    return look_at(name, [](const Hdf5Handle& dataset) {
      const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "get the type");
      return H5Tget_class(type) == H5T_STRING;
    });
  }

  bool holds_numbers(const std::string& name) const override {
    return look_at(name, [](const Hdf5Handle& dataset) { return has_numbers(dataset); });
  }

  NpyArray read_rows(const std::string& name, std::size_t first, std::size_t n) const override {
    return look_at(name, [&](const Hdf5Handle& dataset) { return rows_of(dataset, first, n); });
  }

  std::optional<double> number_attribute(const std::string& name, const std::string& attribute) const override {
    return look_at_object(name, [&](hid_t object) { return number_of_attribute(object, attribute.c_str()); });
  }

  std::optional<std::string> text_attribute(const std::string& name, const std::string& attribute) const override {
    return look_at_object(name, [&](hid_t object) -> std::optional<std::string> {
      try {
        const auto texts = texts_of_attribute(object, attribute.c_str());
        return texts.size() == 1 ? std::optional(texts.front()) : std::nullopt;
      } catch (const UserError&) {
        return std::nullopt;  // it holds no text
      }
    });
  }

  std::vector<std::string> axes_of(const std::string& name) const override {
    return look_at(name, [](const Hdf5Handle& dataset) {
      const auto axes = axes_attribute(dataset);
      return axes.empty() ? axis_labels(dataset, shape_of(dataset).size()) : axes;
    });
  }

 private:
  /// What `look` finds in a dataset; its errors know the place.
  template <class Look>
  std::invoke_result_t<Look, const Hdf5Handle&> look_at(const std::string& name, const Look& look) const {
    if (!has(name)) throw UserError("there is no such dataset", "", "", {path_of(name)});
    try {
      return look(Hdf5Handle(H5Dopen2(group_, name.c_str(), H5P_DEFAULT), H5Dclose, "open the dataset"));
    } catch (const Hdf5Error& error) {
      throw UserError("cannot be read", error.detail(), "", {path_of(name)});
    } catch (const UserError& error) {
      throw error.at({path_of(name)});
    }
  }

  /// What `look` finds at a dataset or group.
  template <class Look>
  std::invoke_result_t<Look, hid_t> look_at_object(const std::string& name, const Look& look) const {
    try {
      return look(Hdf5Handle(H5Oopen(group_, name.c_str(), H5P_DEFAULT), H5Oclose, "open what is there"));
    } catch (const Hdf5Error& error) {
      throw UserError("cannot be read", error.detail(), "", {path_of(name)});
    }
  }

  bool is_dataset(const std::string& link) const {
    // A soft link may lead nowhere.
    if (checked(H5Oexists_by_name(group_, link.c_str(), H5P_DEFAULT), "look where a link leads") == 0) return false;
    const Hdf5Handle object(H5Oopen(group_, link.c_str(), H5P_DEFAULT), H5Oclose, "open what is there");
    return H5Iget_type(object) == H5I_DATASET;
  }

  static NpyArray rows_of(const Hdf5Handle& dataset, std::size_t first, std::size_t n) {
    if (!has_numbers(dataset)) throw UserError("holds no numbers", "floats, integers or booleans are needed");
    NpyArray array{shape_of(dataset), {}, precision_of(dataset)};
    expects(!array.shape.empty() && first + n <= array.shape[0], "rows that are there");
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose, "get the shape");
    std::vector<hsize_t> start(array.shape.size(), 0), count(array.shape.begin(), array.shape.end());
    start[0] = first;
    count[0] = array.shape[0] = n;
    array.values.resize(number_of_values(array.shape));
    if (array.values.empty()) return array;
    checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), "choose rows");
    const Hdf5Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose,
                            "make a shape");
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, array.values.data()), "read");
    return array;
  }

  static NpyArray values_of(const Hdf5Handle& dataset) {
    if (!has_numbers(dataset)) throw UserError("holds no numbers", "floats, integers or booleans are needed");
    NpyArray array{shape_of(dataset), {}, precision_of(dataset)};
    check_size(dataset, array.shape);
    const std::size_t n = number_of_values(array.shape);
    array.values.resize(n);
    if (n > 0) checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()), "read");
    return array;
  }

  Place place_;
  Hdf5Handle file_, group_;
};

}  // namespace

std::unique_ptr<Hdf5ArrayArchive> open_hdf5_archive(const std::string& path) {
  if (!is_in_hdf5_file(path)) return nullptr;
  return std::make_unique<Hdf5Archive>(*place_of(path));
}

bool is_in_hdf5_file(const std::string& path) {
  prepare_hdf5();
  const std::optional<Place> place = place_of(path);
  return place && H5Fis_hdf5(place->file.c_str()) > 0;
}

std::pair<std::string, std::string> hdf5_dataset_at(const std::string& path, const std::string& usual) {
  const Place place = *place_of(path);
  try {
    const Hdf5Handle file = open_for_reading(place.file);
    const Hdf5Handle object(H5Oopen(file, place.group.c_str(), H5P_DEFAULT), H5Oclose, "open what is there");
    if (H5Iget_type(object) != H5I_DATASET) return {path, usual};
  } catch (const Hdf5Error& error) {
    throw UserError(fmt::format("cannot be read at {}", place.group), error.detail(), "", {place.file});
  }
  return {fs::path(path).parent_path().string(), fs::path(path).filename().string()};
}

}  // namespace cohort
