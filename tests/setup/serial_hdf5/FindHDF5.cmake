# Stands in for CMake's own module on a machine that has only an HDF5 without MPI.
set(HDF5_FOUND TRUE)
set(HDF5_IS_PARALLEL FALSE)
set(HDF5_C_INCLUDE_DIRS "/usr/include/hdf5/serial")
set(HDF5_C_COMPILER_EXECUTABLE "/usr/bin/h5cc" CACHE FILEPATH "")
