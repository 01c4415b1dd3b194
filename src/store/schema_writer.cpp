#include "schema_writer.hpp"

#include "constant_checksum.hpp"
#include "hdf5_types.hpp"

#include <cohort/store/together.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

namespace cohort {
namespace {

/// One value of `info` as stored in memory before anybody wrote it.
std::vector<char> fill_value(const DatasetInfo& info) {
  std::vector<char> bytes(bytes_of(info.type, info.text_length), '\0');
  const auto put = [&](auto value) { std::memcpy(bytes.data(), &value, sizeof value); };
  if (info.type == ValueType::f32) put(std::numeric_limits<float>::quiet_NaN());
  if (info.type == ValueType::f64) put(std::numeric_limits<double>::quiet_NaN());
  if (info.type == ValueType::i32) put(std::int32_t{-1});
  if (info.type == ValueType::i64) put(std::int64_t{-1});
  return bytes;
}

bool has_constants(const DatasetInfo& info) { return !std::holds_alternative<std::monostate>(info.constants); }

/// The type in the file.
Hdf5Handle stored_type(const DatasetInfo& info) {
  if (info.type != ValueType::text) return number_type(info.type);
  return has_constants(info) ? variable_text_type() : character_type();
}

/// The type in memory of a number or character.
Hdf5Handle native_type(const DatasetInfo& info) {
  const Hdf5Handle stored = stored_type(info);
  if (info.type == ValueType::text) return {H5Tcopy(stored), H5Tclose, "copy a type"};
  return {H5Tget_native_type(stored, H5T_DIR_DEFAULT), H5Tclose, "find the machine's type"};
}

/// Something at `path`, in a group that is there.
bool exists(hid_t file, const std::string& path) {
  return checked(H5Lexists(file, path.c_str(), H5P_DEFAULT), "look for a dataset") > 0;
}

void create_groups(hid_t file, const Schema& schema) {
  std::set<std::string> groups;  // sorted: a group comes before its subgroups
  for (const auto& info : schema.datasets)
    for (std::string group = group_of(info.path); group != "/"; group = group_of(group)) groups.insert(group);
  for (const auto& group : groups)
    if (!exists(file, group))
      Hdf5Handle(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "create a group");
}

Hdf5Handle create_dataset(hid_t file, const DatasetInfo& info, const Extent& extent) {
  const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a property list");
  checked(H5Pset_layout(properties, H5D_CONTIGUOUS), "choose the contiguous layout");
  checked(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY), "choose early allocation");
  const bool is_string = info.type == ValueType::text && has_constants(info);
  if (!is_string) checked(H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER), "switch off filling");
  if (info.type != ValueType::text)
    checked(H5Pset_fill_value(properties, native_type(info), fill_value(info).data()), "set a fill value");
  const std::vector<hsize_t> sizes(extent.begin(), extent.end());
  const Hdf5Handle space(
      sizes.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
      H5Sclose, "make a dataspace");
  const Hdf5Handle type = stored_type(info);
  return {H5Dcreate2(file, info.path.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
          "create a dataset"};
}

/// CF convention: which code means what.
void write_flags(hid_t dataset, const DatasetInfo& info) {
  std::vector<std::int32_t> codes;
  for (std::size_t code = 0; code < info.flag_meanings.size(); ++code) codes.push_back(static_cast<std::int32_t>(code));
  const hsize_t size = codes.size();
  const Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "make a dataspace");
  const Hdf5Handle type = number_type(info.type);
  const Hdf5Handle attribute(H5Acreate2(dataset, "flag_values", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "create flag_values");
  checked(H5Awrite(attribute, H5T_NATIVE_INT32, codes.data()), "write flag_values");
  write_text_attribute(dataset, "flag_meanings", fmt::format("{}", fmt::join(info.flag_meanings, " ")));
}

void describe(hid_t dataset, const DatasetInfo& info) {
  if (!info.long_name.empty()) write_text_attribute(dataset, "long_name", info.long_name);
  if (!info.cell_methods.empty()) write_text_attribute(dataset, "cell_methods", info.cell_methods);
  if (!info.made_from.empty()) write_text_attribute(dataset, "made_from", info.made_from);
  if (!info.comment.empty()) write_text_attribute(dataset, "comment", info.comment);
  if (!info.flag_meanings.empty()) write_flags(dataset, info);
  for (const auto& [name, text] : info.attributes)
    if (!text.empty()) write_text_attribute(dataset, name.c_str(), text);
  if (info.type != ValueType::text && info.flag_meanings.empty()) write_text_attribute(dataset, "units", info.units);
  // With _Encoding, xarray joins characters to str instead of bytes.
  if (info.type == ValueType::text && !has_constants(info)) write_text_attribute(dataset, "_Encoding", "utf-8");
}

/// What a scale calls itself. An axis of characters has no coordinates: netCDF says so with these words, without which
/// xarray does not join the characters.
std::string scale_name(const DatasetInfo& scale, std::size_t size) {
  const std::string& name = scale.dimensions.front();
  return name == character_axis(size) ? fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size)
                                      : name;
}

void create_scales(hid_t file, const std::vector<DatasetInfo>& scales, const Schema& schema) {
  for (const auto& info : scales) {
    const Hdf5Handle scale = create_dataset(file, info, schema.extent(info));
    describe(scale, info);
    checked(H5DSset_scale(scale, scale_name(info, schema.extent(info).front()).c_str()), "make a dimension scale");
  }
}

void attach_scales(hid_t file, hid_t dataset, const DatasetInfo& info) {
  const std::string group = group_of(info.path);
  for (unsigned axis = 0; axis < info.dimensions.size(); ++axis) {
    const std::string& name = info.dimensions[axis];
    const std::string path = (group == "/" ? "" : group) + "/" + name;
    const Hdf5Handle scale(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, "open a dimension scale");
    checked(H5DSattach_scale(dataset, scale, axis), "attach a dimension scale");
    checked(H5DSset_label(dataset, axis, name.c_str()), "label a dimension");
  }
}

/// Cuts a dataset into blocks of at most `limit` values that are contiguous in the file.
///
/// The leading dimensions are walked one index at a time until what follows fits; the last of them in strides.
class Blocks {
 public:
  Blocks(const Extent& extent, std::size_t limit) : extent_(extent) {
    std::size_t inner = volume(extent);
    while (inner > limit) inner /= extent[n_walked_++];
    largest_ = inner;
    if (n_walked_ == 0) return;
    stride_ = std::min(extent[n_walked_ - 1], limit / inner);
    largest_ = inner * stride_;
    n_strides_ = (extent[n_walked_ - 1] + stride_ - 1) / stride_;
    number_ = n_strides_;
    for (std::size_t axis = 0; axis + 1 < n_walked_; ++axis) number_ *= extent[axis];
  }

  std::size_t number() const { return number_; }
  /// Values of the largest block.
  std::size_t largest() const { return largest_; }

  /// First index and extent of one block.
  std::pair<Extent, Extent> operator[](std::size_t block) const {
    Extent start(extent_.size(), 0), count = extent_;
    if (n_walked_ == 0) return {start, count};
    const std::size_t strided = n_walked_ - 1;
    start[strided] = block % n_strides_ * stride_;
    count[strided] = std::min(stride_, extent_[strided] - start[strided]);
    block /= n_strides_;
    for (std::size_t axis = strided; axis-- > 0; block /= extent_[axis]) {
      start[axis] = block % extent_[axis];
      count[axis] = 1;
    }
    return {start, count};
  }

 private:
  Extent extent_;
  std::size_t n_walked_ = 0, stride_ = 1, n_strides_ = 1, number_ = 1, largest_ = 1;
};

/// Fills the blocks of this rank: every `n_ranks`-th.
void write_fill(hid_t dataset, const DatasetInfo& info, const Extent& extent, std::size_t rank, std::size_t n_ranks) {
  constexpr std::size_t block_bytes = 4 << 20;  // large enough for any disk, small enough for any memory
  const std::vector<char> value = fill_value(info);
  const Blocks blocks(extent, std::max<std::size_t>(1, block_bytes / value.size()));
  std::vector<char> values;
  for (std::size_t item = 0; item < blocks.largest(); ++item) values.insert(values.end(), value.begin(), value.end());
  const Hdf5Handle type = native_type(info);
  for (std::size_t block = rank; block < blocks.number(); block += n_ranks) {
    const auto [start, count] = blocks[block];
    const Selection selection = select(dataset, start, count);
    checked(H5Dwrite(dataset, type, selection.memory, selection.file, H5P_DEFAULT, values.data()), "write fill values");
  }
}

/// Some rows at a time, a row being everything at one index of the first dimension; a single value as a whole.
void write_constants(hid_t dataset, const DatasetInfo& info, const Extent& extent) {
  constexpr std::size_t most = 1 << 16;
  const std::size_t n_rows = extent.empty() ? 1 : extent[0], row = volume(extent) / n_rows;
  const std::size_t n_at_once = std::max<std::size_t>(1, most / row);
  ContentChecksum checksum;
  const auto put_all = [&](const auto& values, hid_t type, const auto& bytes_of_block) {
    for (std::size_t first = 0; first < n_rows; first += n_at_once) {
      Extent start(extent.size(), 0), count = extent;
      if (!extent.empty()) start[0] = first;
      if (!extent.empty()) count[0] = std::min(n_at_once, n_rows - first);
      const auto block = values.block(first * row, volume(count));
      checksum.add(block);
      const Selection selection = select(dataset, start, count);
      checked(H5Dwrite(dataset, type, selection.memory, selection.file, H5P_DEFAULT, bytes_of_block(block).data()),
              "write constants");
    }
  };
  const auto as_they_are = [](const auto& values) -> const auto& { return values; };
  if (const auto* codes = std::get_if<Generated<std::int32_t>>(&info.constants))
    put_all(*codes, H5T_NATIVE_INT32, as_they_are);
  if (const auto* numbers = std::get_if<Generated<float>>(&info.constants))
    put_all(*numbers, H5T_NATIVE_FLOAT, as_they_are);
  if (const auto* numbers = std::get_if<Generated<double>>(&info.constants))
    put_all(*numbers, H5T_NATIVE_DOUBLE, as_they_are);
  if (const auto* texts = std::get_if<Generated<std::string>>(&info.constants))
    put_all(*texts, variable_text_type(), [](const std::vector<std::string>& block) {
      std::vector<const char*> pointers;
      for (const std::string& text : block) pointers.push_back(text.c_str());
      return pointers;
    });
  if (keeps_its_content(info.path)) write_text_attribute(dataset, kContentChecksum, checksum.text());
}

/// Those that the file does not have.
std::vector<DatasetInfo> missing(hid_t file, std::vector<DatasetInfo> infos) {
  std::erase_if(infos, [&](const DatasetInfo& info) { return exists(file, info.path); });
  return infos;
}

template <class Action>
void for_each_dataset(hid_t file, const std::vector<DatasetInfo>& infos, const Action& action) {
  for (const auto& info : infos)
    action(Hdf5Handle(H5Dopen2(file, info.path.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset"), info);
}

}  // namespace

void create_schema(hid_t file, const Schema& schema) {
  for (const auto& [name, text] : schema.attributes) write_text_attribute(file, name.c_str(), text);
  create_groups(file, schema);
  const auto scales = missing(file, dimension_scales(schema)), datasets = missing(file, schema.datasets);
  create_scales(file, scales, schema);
  for (const auto& info : datasets) {
    const Hdf5Handle dataset = create_dataset(file, info, schema.extent(info));
    describe(dataset, info);
    attach_scales(file, dataset, info);
  }
  for (const auto* infos : {&scales, &datasets})
    for_each_dataset(file, *infos, [&](hid_t dataset, const DatasetInfo& info) {
      if (has_constants(info)) write_constants(dataset, info, schema.extent(info));
    });
}

void fill_schema(hid_t file, const Schema& schema, MPI_Comm comm) {
  const auto rank = static_cast<std::size_t>(rank_of(comm)), n_ranks = static_cast<std::size_t>(size_of(comm));
  for_each_dataset(file, schema.datasets, [&](hid_t dataset, const DatasetInfo& info) {
    if (!has_constants(info)) write_fill(dataset, info, schema.extent(info), rank, n_ranks);
  });
}

}  // namespace cohort
