# Headers that most files include, compiled once for all rooms and once for all tests and programs: half of a build is
# reading them. -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON does without.

# What the rooms read most.
set(COHORT_COMMON_HEADERS "${PROJECT_SOURCE_DIR}/include/cohort/core/decompositions.hpp" <fmt/format.h> <fmt/ranges.h> <algorithm> <array> <cmath> <cstdint> <functional>
    <map> <memory> <optional> <span> <string> <string_view> <utility> <vector>)

# cohort_precompile(<target> <first> <headers>...): `first` compiles the headers, other targets use what it made.
function(cohort_precompile target first)
  if(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
endfunction()
