#pragma once

#include <cohort/core/matrix.hpp>

namespace cohort::simd {

// As wide as the registers of the machine that this was compiled for.
#if defined(__AVX512F__)
constexpr int bytes = 64;
#else
constexpr int bytes = 32;
#endif
constexpr int lanes = bytes / static_cast<int>(sizeof(double));

typedef double Register __attribute__((vector_size(bytes), may_alias));

/// `values` must be aligned to `bytes`.
inline Register load(const double* values) { return *reinterpret_cast<const Register*>(values); }
inline void store(double* values, const Register& value) { *reinterpret_cast<Register*>(values) = value; }
inline Register all(double value) { return Register{} + value; }

/// Of all lanes, halving the register; by shuffles, because whoever takes its address keeps it in memory.
inline double sum(Register values) {
#if defined(__AVX512F__)
  const auto half =
      __builtin_shufflevector(values, values, 0, 1, 2, 3) + __builtin_shufflevector(values, values, 4, 5, 6, 7);
#else
  const auto half = values;
#endif
  const auto pair = __builtin_shufflevector(half, half, 0, 1) + __builtin_shufflevector(half, half, 2, 3);
  return pair[0] + pair[1];
}

/// The last multiple of `lanes` that is not above `row`: where whole registers begin that hold it.
inline Index first_row(Index row) { return row - row % lanes; }

}  // namespace cohort::simd
