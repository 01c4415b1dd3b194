#pragma once

#include <cstdint>

namespace cohort::app {

/// Instruction sets beyond the oldest x86-64 for which compilers have a name, as they call them and as their macro is
/// called. Each is asked of the processor before the program begins, if the program was compiled for it.
// clang-format off
#define COHORT_INSTRUCTION_SETS(Set)                                                                             \
  Set(sse3, "sse3", __SSE3__) Set(ssse3, "ssse3", __SSSE3__) Set(sse41, "sse4.1", __SSE4_1__)                    \
  Set(sse42, "sse4.2", __SSE4_2__) Set(popcnt, "popcnt", __POPCNT__) Set(aes, "aes", __AES__)                    \
  Set(pclmul, "pclmul", __PCLMUL__) Set(avx, "avx", __AVX__) Set(avx2, "avx2", __AVX2__) Set(fma, "fma", __FMA__) \
  Set(bmi, "bmi", __BMI__) Set(bmi2, "bmi2", __BMI2__) Set(fma4, "fma4", __FMA4__) Set(xop, "xop", __XOP__)      \
  Set(sse4a, "sse4a", __SSE4A__) Set(gfni, "gfni", __GFNI__) Set(vpclmulqdq, "vpclmulqdq", __VPCLMULQDQ__)       \
  Set(avx512f, "avx512f", __AVX512F__) Set(avx512vl, "avx512vl", __AVX512VL__)                                   \
  Set(avx512bw, "avx512bw", __AVX512BW__) Set(avx512dq, "avx512dq", __AVX512DQ__)                                \
  Set(avx512cd, "avx512cd", __AVX512CD__) Set(avx512ifma, "avx512ifma", __AVX512IFMA__)                          \
  Set(avx512vbmi, "avx512vbmi", __AVX512VBMI__) Set(avx512vbmi2, "avx512vbmi2", __AVX512VBMI2__)                 \
  Set(avx512vnni, "avx512vnni", __AVX512VNNI__) Set(avx512bitalg, "avx512bitalg", __AVX512BITALG__)              \
  Set(avx512vpopcntdq, "avx512vpopcntdq", __AVX512VPOPCNTDQ__)
// clang-format on

enum class InstructionSet : unsigned {
#define COHORT_SET(name, text, macro) name,
  COHORT_INSTRUCTION_SETS(COHORT_SET)
#undef COHORT_SET
};

/// One bit for each that the program was compiled for, by its number.
extern const std::uint64_t compiled_instructions;

}  // namespace cohort::app
