#include "mat5_arrays.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/recordings/fortran_order.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

namespace cohort {
namespace {

/// libmatio prints what is wrong with a file; we say it ourselves.
void say_nothing(int, char*) {}

bool is_numeric(const matvar_t& variable) {
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
    case MAT_C_SINGLE:
    case MAT_C_INT8:
    case MAT_C_UINT8:
    case MAT_C_INT16:
    case MAT_C_UINT16:
    case MAT_C_INT32:
    case MAT_C_UINT32:
    case MAT_C_INT64:
    case MAT_C_UINT64:
      return true;
    default:
      return false;
  }
}

std::vector<std::size_t> shape_of(const matvar_t& variable) { return {variable.dims, variable.dims + variable.rank}; }

std::size_t number_of_values(const matvar_t& variable) {
  std::size_t n = 1;
  for (const std::size_t extent : shape_of(variable)) n *= extent;
  return n;
}

/// MATLAB has no arrays of one dimension: rows, columns and numbers are no recordings.
bool is_array(const matvar_t& variable) {
  const auto shape = shape_of(variable);
  return is_numeric(variable) &&
         std::count_if(shape.begin(), shape.end(), [](std::size_t extent) { return extent > 1; }) >= 2;
}

/// The cells of a row or column of them.
std::vector<const matvar_t*> cells_of(const matvar_t& variable) {
  if (variable.class_type != MAT_C_CELL || variable.data == nullptr) return {};
  const auto* cells = static_cast<matvar_t* const*>(variable.data);
  return {cells, cells + number_of_values(variable)};
}

/// Arrays of one shape in cells, one for each condition or trial: an array with one more axis, the last.
bool is_array_in_cells(const matvar_t& variable) {
  const auto cells = cells_of(variable);
  const auto is_like_first = [&](const matvar_t* cell) {
    return cell != nullptr && is_array(*cell) && cell->class_type == cells.front()->class_type &&
           shape_of(*cell) == shape_of(*cells.front());
  };
  return cells.size() > 1 && cells.front() != nullptr && std::all_of(cells.begin(), cells.end(), is_like_first);
}

template <class Value>
void append(const matvar_t& variable, std::size_t n, std::vector<double>& values) {
  const auto* data = static_cast<const Value*>(variable.data);
  std::transform(data, data + n, std::back_inserter(values), [](Value value) { return static_cast<double>(value); });
}

void append_values(const matvar_t& variable, std::size_t n, std::vector<double>& values) {
  switch (variable.class_type) {
    case MAT_C_SINGLE:
      return append<float>(variable, n, values);
    case MAT_C_INT8:
      return append<std::int8_t>(variable, n, values);
    case MAT_C_UINT8:
      return append<std::uint8_t>(variable, n, values);
    case MAT_C_INT16:
      return append<std::int16_t>(variable, n, values);
    case MAT_C_UINT16:
      return append<std::uint16_t>(variable, n, values);
    case MAT_C_INT32:
      return append<std::int32_t>(variable, n, values);
    case MAT_C_UINT32:
      return append<std::uint32_t>(variable, n, values);
    case MAT_C_INT64:
      return append<std::int64_t>(variable, n, values);
    case MAT_C_UINT64:
      return append<std::uint64_t>(variable, n, values);
    default:
      return append<double>(variable, n, values);
  }
}

/// Values and their precision behind what `array` has.
void append_array(const matvar_t& variable, NpyArray& array) {
  if (variable.isComplex)
    throw UserError("holds complex numbers", "activity is real", "Save its real part or its size.");
  if (variable.class_type == MAT_C_SINGLE) array.precision = std::numeric_limits<float>::epsilon();
  const std::size_t n = number_of_values(variable);
  if (n > 0 && (variable.data == nullptr || variable.nbytes < n * static_cast<std::size_t>(variable.data_size)))
    throw UserError("damaged .mat file", "its values cannot be read");
  append_values(variable, n, array.values);
}

NpyArray array_of(const matvar_t& variable) {
  NpyArray array;
  if (is_numeric(variable)) {
    array.shape = shape_of(variable);
    append_array(variable, array);
  } else if (is_array_in_cells(variable)) {
    const auto cells = cells_of(variable);
    array.shape = shape_of(*cells.front());
    array.shape.push_back(cells.size());
    for (const matvar_t* cell : cells) append_array(*cell, array);
  } else {
    throw UserError("holds no numbers", "an array of numbers is needed, or a row of cells with arrays of one shape");
  }
  return from_fortran_order(std::move(array));
}

/// The rows of an array of characters, without the blanks that make them equally long.
std::vector<std::string> rows_of(const matvar_t& variable) {
  const std::size_t n_rows = variable.rank > 0 ? variable.dims[0] : 0,
                    n_columns = variable.rank > 1 ? variable.dims[1] : 0;
  if (variable.rank > 2 || variable.data == nullptr ||
      variable.nbytes < n_rows * n_columns * static_cast<std::size_t>(variable.data_size))
    return {};
  std::vector<std::string> rows(n_rows);
  for (std::size_t row = 0; row < n_rows; ++row) {
    for (std::size_t column = 0; column < n_columns; ++column) {
      const std::size_t at = column * n_rows + row;
      rows[row] += variable.data_size == 2 ? static_cast<char>(static_cast<const std::uint16_t*>(variable.data)[at])
                                           : static_cast<const char*>(variable.data)[at];
    }
    rows[row].resize(rows[row].find_last_not_of(' ') + 1);
  }
  return rows;
}

std::vector<std::string> texts_of(const matvar_t& variable) {
  if (variable.class_type == MAT_C_CHAR) return rows_of(variable);
  std::vector<std::string> texts;
  for (const matvar_t* cell : cells_of(variable)) {
    const auto rows = cell == nullptr ? std::vector<std::string>() : rows_of(*cell);
    texts.push_back(rows.empty() ? "" : rows.front());
  }
  return texts;
}

/// "a/b/c" -> "a", "b/c"
std::pair<std::string, std::string> first_word(const std::string& name) {
  const auto slash = name.find('/');
  return slash == std::string::npos ? std::pair{name, std::string()}
                                    : std::pair{name.substr(0, slash), name.substr(slash + 1)};
}

/// Throws UserError when a file ends before its last variable does: libmatio would read what is not there as it comes.
/// Behind a header of 128 bytes, whose last two say in which order bytes stand, every variable has two numbers of 32
/// bits: its type, and how many bytes follow.
void refuse_truncated(const std::string& path) {
  constexpr std::uint64_t header = 128, tag = 8;
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, header> bytes{};
  const auto read = [&](std::size_t n) {
    return static_cast<bool>(file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(n)));
  };
  std::error_code unknown;
  const std::uint64_t size = std::filesystem::file_size(path, unknown);
  bool is_whole = read(header);
  const bool is_little = bytes[header - 2] == 'I';
  for (std::uint64_t at = header; is_whole && at + tag <= size;) {
    file.seekg(static_cast<std::streamoff>(at));
    is_whole = read(tag);
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8 | bytes[is_little ? 7 - i : 4 + i];
    at += tag + n;
    is_whole = is_whole && at <= size;
  }
  if (!is_whole) throw UserError("damaged .mat file", "it is truncated", "", {path});
}

}  // namespace

Mat5Arrays::Mat5Arrays(const std::string& file) : file_(file), mat_(nullptr, Mat_Close) {
  refuse_truncated(file);
  Mat_LogInitFunc("cohort", say_nothing);
  std::error_code unknown;
  file_bytes_ = static_cast<double>(std::filesystem::file_size(file, unknown));
  mat_.reset(Mat_Open(file.c_str(), MAT_ACC_RDONLY));
  if (!mat_) throw UserError("damaged .mat file", "its header cannot be read", "", {file});
}

/// What is compressed makes at most a thousand bytes of one: a file that claims more is damaged, and its claim must not
/// be allocated.
void Mat5Arrays::check_size(const matvar_t& variable, const std::string& name) const {
  constexpr double free_bytes = 1 << 24, best_compression = 1100;
  double n = 1;
  for (const std::size_t extent : shape_of(variable)) n *= static_cast<double>(extent);
  if (n * 8 > free_bytes && n > best_compression * file_bytes_)
    throw UserError("damaged .mat file", fmt::format("{} claims more values than can be in it", name), "", {file_});
}

Mat5Arrays::Variable Mat5Arrays::variable(const std::string& name) const {
  Variable about(Mat_VarReadInfo(mat_.get(), name.c_str()), Mat_VarFree);
  if (!about) return about;
  check_size(*about, name);
  return {Mat_VarRead(mat_.get(), name.c_str()), Mat_VarFree};
}

void Mat5Arrays::look_at(const std::string& name, const std::function<void(const matvar_t*)>& look) const {
  auto [first, rest] = first_word(name);
  const Variable root = variable(first);
  matvar_t* found = root.get();
  while (found != nullptr && !rest.empty()) {
    std::string field;
    std::tie(field, rest) = first_word(rest);
    found = found->class_type == MAT_C_STRUCT && number_of_values(*found) == 1
                ? Mat_VarGetStructFieldByName(found, field.c_str(), 0)
                : nullptr;
  }
  look(found);
}

void Mat5Arrays::add_names(const matvar_t& variable, const std::string& name, std::vector<std::string>& names) const {
  if (is_array(variable) || is_array_in_cells(variable)) names.push_back(name);
  if (variable.class_type != MAT_C_STRUCT || number_of_values(variable) != 1) return;
  const unsigned n_fields = Mat_VarGetNumberOfFields(const_cast<matvar_t*>(&variable));
  const char* const* fields = Mat_VarGetStructFieldnames(&variable);
  for (unsigned i = 0; i < n_fields; ++i) {
    const matvar_t* field = Mat_VarGetStructFieldByIndex(const_cast<matvar_t*>(&variable), i, 0);
    if (field != nullptr) add_names(*field, name + "/" + fields[i], names);
  }
}

std::vector<std::string> Mat5Arrays::names() const {
  std::vector<std::string> names;
  std::size_t n = 0;
  char* const* variables = Mat_GetDir(mat_.get(), &n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::string name = variables[i];
    const Variable about(Mat_VarReadInfo(mat_.get(), name.c_str()), Mat_VarFree);
    if (!about) continue;
    if (about->class_type == MAT_C_STRUCT || about->class_type == MAT_C_CELL) {
      if (const Variable whole = variable(name)) add_names(*whole, name, names);
    } else {
      add_names(*about, name, names);
    }
  }
  std::ranges::sort(names);
  return names;
}

NpyArray Mat5Arrays::read(const std::string& name) const {
  std::optional<NpyArray> array;
  try {
    look_at(name, [&](const matvar_t* found) {
      if (found == nullptr) throw UserError("there is no such variable");
      array = array_of(*found);
    });
  } catch (const UserError& error) {
    throw error.at({file_ + "/" + name});
  }
  return *array;
}

std::vector<std::string> Mat5Arrays::texts(const std::string& name) const {
  std::vector<std::string> texts;
  look_at(name, [&](const matvar_t* found) {
    if (found != nullptr) texts = texts_of(*found);
  });
  return texts;
}

}  // namespace cohort
