#pragma once

#include <cohort/core/file_answers.hpp>

#include <cstring>
#include <type_traits>

namespace cohort {
namespace detail {

/// Number of dimensions, extents, values, in the byte order of the machine: ranks of one job share it.
template <class Array>
std::string packed(const Array& array) {
  std::string bytes;
  const auto put = [&](const auto* values, std::size_t n) {
    bytes.append(reinterpret_cast<const char*>(values), n * sizeof *values);
  };
  const std::size_t n_dimensions = array.shape.size();
  put(&n_dimensions, 1);
  put(array.shape.data(), n_dimensions);
  put(array.values.data(), array.values.size());
  return bytes;
}

template <class Array>
Array unpacked(const std::string& bytes) {
  std::size_t position = 0;
  const auto take = [&](auto* values, std::size_t n) {
    if (n > 0) std::memcpy(values, bytes.data() + position, n * sizeof *values);
    position += n * sizeof *values;
  };
  std::size_t n_dimensions = 0;
  take(&n_dimensions, 1);
  Array array;
  array.shape.resize(n_dimensions);
  take(array.shape.data(), n_dimensions);
  array.values.resize((bytes.size() - position) / sizeof(typename decltype(array.values)::value_type));
  take(array.values.data(), array.values.size());
  return array;
}

}  // namespace detail

/// Asks for an array in a user's file, see ask_files: `look` reads it, or another process has. An Array has vectors
/// `shape` and `values` of numbers.
template <class Array, class Look>
Array ask_array(const std::string& question, const Look& look) {
  static_assert(std::is_arithmetic_v<typename decltype(Array::values)::value_type>);
  return detail::unpacked<Array>(ask_files(question, [&] { return detail::packed<Array>(look()); }));
}

}  // namespace cohort
