# Everything Cohort stands on. What is missing is collected, and named at once with the Debian packages that bring it.
function(cohort_missing what debian)
  set_property(GLOBAL APPEND PROPERTY cohort_missing "${what} (Debian/Ubuntu: apt-get install ${debian})")
endfunction()

function(cohort_end_when_missing)
  get_property(missing GLOBAL PROPERTY cohort_missing)
  if(missing)
    list(JOIN missing "\n  " lines)
    message(FATAL_ERROR "Cohort: not found:\n  ${lines}\njobs/quickstart.sh installs everything at once.")
  endif()
endfunction()

# cohort_require(<package> <what it is called> <Debian packages> [more arguments of find_package]...)
macro(cohort_require package what debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    cohort_missing("${what}" "${debian}")
  endif()
endmacro()

# cohort_require_header(<target> <header> <what it is called> <Debian package>): a header-only library as <target>.
function(cohort_require_header target header what debian)
  find_path(${target}_INCLUDE_DIR ${header})
  if(NOT ${target}_INCLUDE_DIR)
    cohort_missing("${what}" "${debian}")
    return()
  endif()
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE "$<BUILD_INTERFACE:${${target}_INCLUDE_DIR}>")
endfunction()

find_package(PkgConfig QUIET)
find_package(Threads REQUIRED)

cohort_require(Eigen3 "Eigen 3.4" libeigen3-dev 3.4 NO_MODULE)
cohort_require(fmt "fmt" libfmt-dev)
cohort_require(spdlog "spdlog" libspdlog-dev)
cohort_require(nlohmann_json "nlohmann_json" nlohmann-json3-dev)
cohort_require(CLI11 "CLI11" libcli11-dev)
cohort_require(tomlplusplus "toml++" libtomlplusplus-dev)
cohort_require(ZLIB "zlib" zlib1g-dev)
cohort_require(MPI "MPI" libopenmpi-dev COMPONENTS C CXX)
cohort_require(Boost "Boost.MPI and Boost.Serialization" "libboost-mpi-dev libboost-serialization-dev" 1.74
               COMPONENTS mpi serialization)
cohort_require_header(cohort_random123 Random123/philox.h "Random123" librandom123-dev)
cohort_require_header(cohort_xxhash xxhash.h "xxHash" libxxhash-dev)
cohort_require_header(cohort_spectra Spectra/SymEigsSolver.h "Spectra" libspectra-dev)
# Not by pkg-config: that brings the headers and the library of a serial HDF5 along.
cohort_require_header(cohort_matio matio.h "libmatio" libmatio-dev)
find_library(MATIO_LIBRARY matio)
if(TARGET cohort_matio AND MATIO_LIBRARY)
  target_link_libraries(cohort_matio INTERFACE "${MATIO_LIBRARY}")
elseif(TARGET cohort_matio)
  cohort_missing("the library of libmatio" libmatio-dev)
endif()
if(COHORT_TESTS)
  cohort_require(GTest "GoogleTest" "libgtest-dev libgmock-dev")
endif()
if(COHORT_BENCHMARKS)
  cohort_require(benchmark "Google Benchmark" libbenchmark-dev)
endif()
if(PkgConfig_FOUND)
  pkg_check_modules(cairo QUIET IMPORTED_TARGET cairo-png cairo-svg)
  pkg_check_modules(libzip QUIET IMPORTED_TARGET libzip)
endif()
if(NOT libzip_FOUND)
  cohort_missing("libzip" "pkg-config libzip-dev")
endif()
if(NOT cairo_FOUND)
  cohort_missing("cairo with PNG and SVG" "pkg-config libcairo2-dev")
endif()

# toml++ is used header-only: its compiled library would have to be built with our flags.
add_library(cohort_tomlplusplus INTERFACE)
target_compile_definitions(cohort_tomlplusplus INTERFACE TOML_HEADER_ONLY=1)
# It asserts what its parser refuses with a message in the next line: a key after "[" that begins with anything.
target_compile_options(cohort_tomlplusplus INTERFACE "-DTOML_ASSERT(x)=static_assert(true)")
# It takes for impossible that a letter such as é stands where white space may: the answer, no, is right (what
# tests/support/sanitizers.ignore says to clang).
target_compile_options(cohort_tomlplusplus INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fno-sanitize=unreachable>)

add_library(cohort_boost_mpi INTERFACE)
target_link_libraries(cohort_boost_mpi INTERFACE Boost::mpi Boost::serialization MPI::MPI_CXX)

# HDF5 must be built with MPI: a serial HDF5 cannot write one file from many ranks.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 QUIET COMPONENTS C HL)
if(NOT HDF5_FOUND)
  cohort_missing("HDF5 built with MPI" libhdf5-openmpi-dev)
endif()
cohort_end_when_missing()
if(NOT HDF5_IS_PARALLEL)
  get_cmake_property(cached CACHE_VARIABLES)
  list(FILTER cached INCLUDE REGEX "^HDF5_(C|HL)_")
  foreach(variable IN LISTS cached)
    unset(${variable} CACHE) # the next configuration looks again
  endforeach()
  message(FATAL_ERROR
    "Cohort: the HDF5 found in ${HDF5_C_INCLUDE_DIRS} was built without MPI (all ranks write one file, which needs "
    "parallel HDF5). Install libhdf5-openmpi-dev, or point HDF5_ROOT at a parallel build.")
endif()
add_library(cohort_hdf5 INTERFACE)
target_include_directories(cohort_hdf5 SYSTEM INTERFACE "$<BUILD_INTERFACE:${HDF5_C_INCLUDE_DIRS}>")
# mpi.h would otherwise bring the C++ bindings that MPI itself removed.
target_compile_definitions(cohort_hdf5 INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
target_link_libraries(cohort_hdf5 INTERFACE ${HDF5_HL_LIBRARIES} ${HDF5_C_LIBRARIES} MPI::MPI_C)
