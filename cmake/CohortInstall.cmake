# cmake --install: the program, the rooms as libraries (find_package(cohort) gives cohort::learning and the others),
# their headers and the example jobs.
include(CMakePackageConfigHelpers)
set(COHORT_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/cohort")

get_property(rooms DIRECTORY src PROPERTY BUILDSYSTEM_TARGETS)
# Static libraries hand on what they link, so those interface targets travel with them.
set(exported ${rooms} cohort_codegen cohort_matio cohort_random123 cohort_spectra cohort_xxhash cohort_tomlplusplus cohort_hdf5 cohort_boost_mpi)
foreach(target IN LISTS exported)
  string(REPLACE cohort_ "" name ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${exported} EXPORT cohort ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT cohort NAMESPACE cohort:: FILE cohortTargets.cmake DESTINATION "${COHORT_CMAKE_DIR}")
install(DIRECTORY include/cohort DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

if(TARGET cohort)
  install(TARGETS cohort RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(DIRECTORY jobs/ DESTINATION "${CMAKE_INSTALL_DATADIR}/cohort/jobs" USE_SOURCE_PERMISSIONS
  PATTERN quickstart.sh EXCLUDE PATTERN setup.sh EXCLUDE) # those two work on a checkout

configure_package_config_file(cmake/cohortConfig.cmake.in cohortConfig.cmake
  INSTALL_DESTINATION "${COHORT_CMAKE_DIR}" NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(cohortConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/cohortConfig.cmake" "${PROJECT_BINARY_DIR}/cohortConfigVersion.cmake"
  DESTINATION "${COHORT_CMAKE_DIR}")
