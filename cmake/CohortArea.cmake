# cohort_area(<area> [USES <lower areas and libraries>...] [PRIVATE <libraries>...])
#
# One room of the house: src/<area>/*.cpp with include/cohort/<area>/*.hpp becomes cohort::<area>.
# Files are found by name, so adding a rule or a task never touches a CMake file. USES names the only
# rooms this one may see; tests link a room alone, which proves that it needs no higher one.
function(cohort_area area)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${area}/*.cpp")
  add_library(cohort_${area} STATIC ${sources})
  add_library(cohort::${area} ALIAS cohort_${area})
  set_target_properties(cohort_${area} PROPERTIES EXPORT_NAME ${area})
  target_include_directories(cohort_${area} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(cohort_${area} PUBLIC cxx_std_20)
  target_link_libraries(cohort_${area} PUBLIC ${ARG_USES} cohort_codegen
    PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:cohort_warnings>)
  cohort_precompile(cohort_${area} cohort_core ${COHORT_COMMON_HEADERS})
  set_property(GLOBAL APPEND PROPERTY COHORT_AREAS cohort_${area})
endfunction()
