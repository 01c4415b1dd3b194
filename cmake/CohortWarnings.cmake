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
if(NOT COHORT_ARCH STREQUAL "none")
  target_compile_options(cohort_codegen INTERFACE $<BUILD_INTERFACE:-march=${COHORT_ARCH}>)
endif()
