#include "hdf5_types.hpp"

#include <hdf5_hl.h>

#include <algorithm>

namespace cohort {
namespace {

hid_t standard_type(ValueType type) {
  switch (type) {
    case ValueType::u8:
      return H5T_STD_U8LE;
    case ValueType::i32:
      return H5T_STD_I32LE;
    case ValueType::i64:
      return H5T_STD_I64LE;
    case ValueType::u64:
      return H5T_STD_U64LE;
    case ValueType::f32:
      return H5T_IEEE_F32LE;
    case ValueType::f64:
      return H5T_IEEE_F64LE;
    case ValueType::text:
      break;
  }
  throw InternalError("text has no standard type");
}

Hdf5Handle text_type(std::size_t length) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "copy the text type");
  checked(H5Tset_size(type, length), "set a text length");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "set the character set");
  return type;
}

std::size_t cut_at_character(const std::string& text, std::size_t length) {
  if (text.size() <= length) return text.size();
  const auto continues = [&](std::size_t byte) { return (static_cast<unsigned char>(text[byte]) & 0xc0) == 0x80; };
  while (length > 0 && continues(length)) --length;
  return length;
}

}  // namespace

template <>
hid_t memory_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t memory_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t memory_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t memory_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
hid_t memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}

Hdf5Handle number_type(ValueType type) { return {H5Tcopy(standard_type(type)), H5Tclose, "copy a number type"}; }

Hdf5Handle character_type() { return {H5Tcopy(H5T_C_S1), H5Tclose, "copy the text type"}; }

Hdf5Handle fixed_text_type(std::size_t length) {
  Hdf5Handle type = text_type(length);
  checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "set the text padding");
  return type;
}

Hdf5Handle variable_text_type() { return text_type(H5T_VARIABLE); }

bool has_character_axis(hid_t dataset, const Extent& extent) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
  if (extent.empty() || H5Tget_class(type) != H5T_STRING || H5Tget_size(type) != 1) return false;
  char label[32] = "";
  const auto axis = static_cast<unsigned>(extent.size() - 1);
  checked(H5DSget_label(dataset, axis, label, sizeof label), "read the label of an axis");
  return label == character_axis(extent.back());
}

std::vector<char> packed(std::span<const std::string> texts, std::size_t length) {
  std::vector<char> bytes(texts.size() * length, '\0');
  for (std::size_t item = 0; item < texts.size(); ++item)
    std::copy_n(texts[item].begin(), cut_at_character(texts[item], length), &bytes[item * length]);
  return bytes;
}

std::string axis_name(hid_t dataset, unsigned axis) {
  const ssize_t length = checked(H5DSget_label(dataset, axis, nullptr, 0), "read the name of a dimension");
  std::string name(static_cast<std::size_t>(length) + 1, '\0');
  checked(H5DSget_label(dataset, axis, name.data(), name.size()), "read the name of a dimension");
  name.resize(static_cast<std::size_t>(length));
  return name;
}

void write_text_attribute(hid_t object, const char* name, const std::string& text) {
  if (checked(H5Aexists(object, name), "look for an attribute") > 0)
    checked(H5Adelete(object, name), "remove an attribute");
  const Hdf5Handle type = variable_text_type();
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a scalar dataspace");
  const Hdf5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "create a text attribute");
  const char* pointer = text.c_str();
  checked(H5Awrite(attribute, type, &pointer), "write a text attribute");
}

std::string read_text_attribute(hid_t object, const char* name) {
  if (checked(H5Aexists(object, name), "look for an attribute") == 0) return "";
  const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Hdf5Handle stored(H5Aget_type(attribute), H5Tclose, "read the type of an attribute");
  if (H5Tget_class(stored) != H5T_STRING) return "";
  if (checked(H5Tis_variable_str(stored), "read the type of an attribute") == 0) {
    std::string text(H5Tget_size(stored), '\0');
    checked(H5Aread(attribute, stored, text.data()), "read a text attribute");
    return text.c_str();
  }
  char* pointer = nullptr;
  checked(H5Aread(attribute, variable_text_type(), &pointer), "read a text attribute");
  const std::string text = pointer == nullptr ? "" : pointer;
  checked(H5free_memory(pointer), "free a text");
  return text;
}

Selection select(hid_t dataset, const Extent& start, const Extent& count) {
  Selection selection{{H5Dget_space(dataset), H5Sclose, "read a dataspace"}, {}};
  const int n_dimensions = checked(H5Sget_simple_extent_ndims(selection.file), "read a dataspace");
  expects(start.size() == count.size() && static_cast<int>(start.size()) == n_dimensions,
          "one start and one count per dimension");
  if (n_dimensions == 0) {
    selection.memory = {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar dataspace"};
    return selection;
  }
  std::vector<hsize_t> sizes(start.size()), first(start.begin(), start.end()), n(count.begin(), count.end());
  checked(H5Sget_simple_extent_dims(selection.file, sizes.data(), nullptr), "read a dataspace");
  for (std::size_t axis = 0; axis < n.size(); ++axis)
    expects(first[axis] <= sizes[axis] && n[axis] <= sizes[axis] - first[axis], "a block within the dataset");
  selection.memory = {H5Screate_simple(n_dimensions, n.data(), nullptr), H5Sclose, "make a dataspace"};
  if (volume(count) == 0) {
    checked(H5Sselect_none(selection.file), "select nothing");
    checked(H5Sselect_none(selection.memory), "select nothing");
  } else {
    checked(H5Sselect_hyperslab(selection.file, H5S_SELECT_SET, first.data(), nullptr, n.data(), nullptr),
            "select a block");
  }
  return selection;
}

}  // namespace cohort
