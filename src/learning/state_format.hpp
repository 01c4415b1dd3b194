#pragma once

#include <cohort/learning/state_visitor.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace cohort::state_format {

/// What state begins with; the digit is the version of the format.
inline constexpr std::string_view kHead = "cohort state 1\n";

/// Turns the bytes of numbers of this machine into little-endian ones, and back.
template <class Number>
void to_little_endian(char* bytes, std::size_t n_numbers) {
  if constexpr (std::endian::native == std::endian::big)
    for (std::size_t i = 0; i < n_numbers; ++i, bytes += sizeof(Number)) std::reverse(bytes, bytes + sizeof(Number));
}

template <class Number>
void append(const Number* numbers, std::size_t n_numbers, std::string& bytes) {
  if (n_numbers == 0) return;
  const std::size_t first = bytes.size();
  bytes.resize(first + n_numbers * sizeof(Number));
  std::memcpy(bytes.data() + first, numbers, n_numbers * sizeof(Number));
  to_little_endian<Number>(bytes.data() + first, n_numbers);
}

/// The numbers whose bytes `append` wrote.
template <class Number>
void extract(std::string_view bytes, Number* numbers) {
  if (bytes.empty()) return;
  std::memcpy(numbers, bytes.data(), bytes.size());
  to_little_endian<Number>(reinterpret_cast<char*>(numbers), bytes.size() / sizeof(Number));
}

/// A value as so many columns of numbers of one type.
template <class Number>
struct Block {
  Number* data;
  Index rows, cols;
  std::size_t count() const { return static_cast<std::size_t>(rows * cols); }
};

template <class Value>
auto block_of(Value& value) {
  if constexpr (std::is_arithmetic_v<Value>) {
    return Block<Value>{&value, 1, 1};
  } else if constexpr (requires { value.rows(); }) {
    return Block<typename Value::Scalar>{value.data(), value.rows(), value.cols()};
  } else {  // texts and std::vector
    return Block<typename Value::value_type>{value.data(), static_cast<Index>(value.size()), 1};
  }
}

/// Makes room for a shape. Numbers have none but their own.
template <class Value>
void resize(Value& value, Index rows, Index cols) {
  if constexpr (std::is_arithmetic_v<Value>) {
    static_cast<void>(value), static_cast<void>(rows), static_cast<void>(cols);
  } else if constexpr (requires { value.rows(); }) {
    value.resize(rows, cols);
  } else {
    value.resize(static_cast<std::size_t>(rows));
  }
}

}  // namespace cohort::state_format
