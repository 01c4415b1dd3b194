# cohort_test(<area> [USES <libraries>...]): tests/<area>/*.cpp as one executable that links only that room.
function(cohort_test area)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${area}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(test_${area} ${sources})
  target_link_libraries(test_${area} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest_main $<BUILD_INTERFACE:cohort_warnings>)
  target_include_directories(test_${area} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  cohort_precompile(test_${area} test_core <gmock/gmock.h> <gtest/gtest.h> ${COHORT_COMMON_HEADERS})
  include(GoogleTest)
  gtest_discover_tests(test_${area} TEST_PREFIX "${area}." PROPERTIES LABELS ${area} TIMEOUT 300
                       DISCOVERY_TIMEOUT 60)
endfunction()

# What Open MPI needs to run more ranks than cores, in a container, and as root.
set(COHORT_MPI_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
  OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_btl=self,vader,tcp
  OMPI_MCA_btl_vader_single_copy_mechanism=none OMP_NUM_THREADS=1)

# For tests that start the program again and again: under the address sanitizer, looking for leaks takes two seconds of
# each start. Unit tests look for them, and app.commands.
set(COHORT_PROGRAM_ENVIRONMENT ${COHORT_MPI_ENVIRONMENT})
if(CMAKE_CXX_FLAGS MATCHES "fsanitize=address")
  list(APPEND COHORT_PROGRAM_ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)
endif()

# cohort_mpi_test(<area> [USES <libraries>...] RANKS <n>...): tests/<area>/*.cpp as one executable that is run alone
# (RANKS 1) and under mpirun (more).
function(cohort_mpi_test area)
  cmake_parse_arguments(ARG "" "" "USES;RANKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${area}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(test_${area} ${sources} "${PROJECT_SOURCE_DIR}/tests/support/mpi_main.cpp")
  target_link_libraries(test_${area} PRIVATE ${ARG_USES} MPI::MPI_C GTest::gmock GTest::gtest
                        $<BUILD_INTERFACE:cohort_warnings>)
  target_include_directories(test_${area} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  cohort_precompile(test_${area} test_core)
  foreach(n_ranks IN LISTS ARG_RANKS)
    set(launch "")
    if(n_ranks GREATER 1)
      set(launch ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${n_ranks} ${MPIEXEC_PREFLAGS})
    endif()
    add_test(NAME ${area}.on_${n_ranks}_ranks COMMAND ${launch} $<TARGET_FILE:test_${area}>)
    set_tests_properties(${area}.on_${n_ranks}_ranks PROPERTIES LABELS ${area} TIMEOUT 300 PROCESSORS ${n_ranks}
                         ENVIRONMENT "${COHORT_MPI_ENVIRONMENT}")
  endforeach()
endfunction()
