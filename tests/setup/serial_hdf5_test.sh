#!/usr/bin/env bash
# Configuring with an HDF5 without MPI must stop with the one message that says what to install, and work once it is.
#   serial_hdf5_test.sh <source folder> <scratch folder> <cmake>
set -euo pipefail
source=$1 scratch=$2 cmake=$3
rm -rf "$scratch"
if said=$("$cmake" -S "$source" -B "$scratch" "-DCMAKE_MODULE_PATH=$source/tests/setup/serial_hdf5" 2>&1); then
  echo "configured with a serial HDF5:"$'\n'"$said"
  exit 1
fi
said=$(tr -s ' \n' ' ' <<<"$said")  # CMake breaks its messages into lines
expected="the HDF5 found in /usr/include/hdf5/serial was built without MPI"
if [[ $said != *"$expected"*"Install libhdf5-openmpi-dev"* || $(grep -o "CMake Error" <<<"$said" | wc -l) != 1 ]]; then
  echo "expected one error saying '$expected', got:"$'\n'"$said"
  exit 1
fi
if grep ^HDF5_C_COMPILER_EXECUTABLE "$scratch/CMakeCache.txt"; then
  echo "remembered: installing the right HDF5 would not help this build folder"
  exit 1
fi
