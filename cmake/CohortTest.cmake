# cohort_test(<area> [USES <libraries>...]): tests/<area>/*.cpp as one executable that links only that room.
# cohort_mpi_test(<name> RANKS n COMMAND ...): the same program under mpirun.
function(cohort_test area)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${area}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(test_${area} ${sources})
  target_link_libraries(test_${area} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest_main $<BUILD_INTERFACE:cohort_warnings>)
  target_include_directories(test_${area} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  include(GoogleTest)
  gtest_discover_tests(test_${area} TEST_PREFIX "${area}." PROPERTIES LABELS ${area} TIMEOUT 300
                       DISCOVERY_TIMEOUT 60)
endfunction()
