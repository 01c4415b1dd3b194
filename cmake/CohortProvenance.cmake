# Who built this: written into every results file. Recomputed at each build, so it is never stale.
set(COHORT_PROVENANCE_HEADER "${PROJECT_BINARY_DIR}/generated/cohort_build.hpp")
add_custom_target(cohort_provenance_header
  COMMAND ${CMAKE_COMMAND}
    -DOUTPUT=${COHORT_PROVENANCE_HEADER} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
    -DVERSION=${PROJECT_VERSION} -DCOMPILER=${CMAKE_CXX_COMPILER_ID}-${CMAKE_CXX_COMPILER_VERSION}
    -DARCH=${COHORT_ARCH} -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
    -P ${PROJECT_SOURCE_DIR}/cmake/write_provenance.cmake
  BYPRODUCTS ${COHORT_PROVENANCE_HEADER}
  COMMENT "Recording build provenance" VERBATIM)
