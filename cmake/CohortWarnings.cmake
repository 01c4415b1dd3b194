# Warnings and code generation as interface targets: linking one is using it.
add_library(cohort_warnings INTERFACE)
target_compile_options(cohort_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wconversion -Wno-sign-conversion)

# GCC 12 raises these three falsely, in its own AVX-512 headers and in std::string.
target_compile_options(cohort_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-uninitialized;-Wno-restrict>)

# Every translation unit must see the same instruction set and the same Eigen alignment: Eigen's
# allocation scheme depends on both, and a result must not depend on which file computed it.
add_library(cohort_codegen INTERFACE)
target_compile_definitions(cohort_codegen INTERFACE EIGEN_MAX_ALIGN_BYTES=64 EIGEN_DONT_PARALLELIZE)
target_compile_options(cohort_codegen INTERFACE -ffp-contract=fast -fno-math-errno)
# GCC 12 miscompiles constants that it stores 32 or 64 bytes at a time: the words {1, 1, 0, 0} become {1, 1, 1, 1} (it
# takes a wide constant without its upper zero words for a broadcast). Storing 16 bytes at a time avoids it.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag("-mmove-max=128 -mstore-max=128" COHORT_HAS_STORE_MAX)
if(COHORT_HAS_STORE_MAX AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(cohort_codegen INTERFACE $<BUILD_INTERFACE:-mmove-max=128> $<BUILD_INTERFACE:-mstore-max=128>)
endif()
if(NOT COHORT_ARCH STREQUAL "none")
  target_compile_options(cohort_codegen INTERFACE $<BUILD_INTERFACE:-march=${COHORT_ARCH}>)
endif()
