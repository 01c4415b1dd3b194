# What a person building Cohort may choose.
include(GNUInstallDirs)

option(COHORT_TESTS "Build the tests" ON)
option(COHORT_FUZZ "Build the fuzzers of tests/fuzz (clang)" OFF)
option(COHORT_BENCHMARKS "Build the benchmarks in apps/" ON)
set(COHORT_ARCH "native" CACHE STRING
    "Instruction set of the kernels: native (this machine), x86-64-v3 (AVX2), x86-64-v4 (AVX-512), or none")
set_property(CACHE COHORT_ARCH PROPERTY STRINGS native x86-64-v3 x86-64-v4 none)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
