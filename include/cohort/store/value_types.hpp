#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/store/schema.hpp>

#include <cstdint>

namespace cohort {

/// Calls `call` with a value of the C++ type that stands for `type`. Throws InternalError for text.
template <class Call>
decltype(auto) with_value_of(ValueType type, const Call& call) {
  switch (type) {
    case ValueType::u8:
      return call(std::uint8_t{});
    case ValueType::i32:
      return call(std::int32_t{});
    case ValueType::i64:
      return call(std::int64_t{});
    case ValueType::u64:
      return call(std::uint64_t{});
    case ValueType::f32:
      return call(float{});
    case ValueType::f64:
      return call(double{});
    case ValueType::text:
      break;
  }
  throw InternalError("internal error: expected a type of numbers");
}

}  // namespace cohort
