#!/usr/bin/env bash
# Installs what Cohort needs on Debian and Ubuntu; elsewhere says what that is. Needs no network when nothing is missing.
#   jobs/setup.sh [build] [tests] [slurm] [benchmarks] [fuzz]      which packages; default: build
# Sourced by quickstart.sh and tests/run.sh, which also want the MPI environment at the end.

cohort_packages() {  # <group>: one line per package, "name  what for"
  case $1 in
    build) cat <<'LIST' ;;
build-essential            compiler (C++20) and make
g++                        compiler (C++20)
cmake                      build (3.24 or newer)
ninja-build                build
pkg-config                 finds libraries
git                        commit written into every results file
libopenmpi-dev             MPI: the distributed engine
openmpi-bin                mpirun
libboost-mpi-dev           typed messages between ranks
libboost-serialization-dev typed messages between ranks
libhdf5-openmpi-dev        HDF5 built with MPI: the results file
libeigen3-dev              linear algebra
librandom123-dev           counter-based random streams
libtomlplusplus-dev        study files
libcli11-dev               command line
libspdlog-dev              log
libfmt-dev                 text
nlohmann-json3-dev         provenance and report data
libxxhash-dev              keys and checksums
zlib1g-dev                 compressed image files
libzip-dev                 .npz files
libmatio-dev               .mat files
libspectra-dev             extreme eigenvalues of Hessians
libcairo2-dev              pictures of trials
LIST
    tests) cat <<'LIST' ;;
libgtest-dev               tests
libgmock-dev               tests
clang-format               the code keeps its form
python3-numpy              tests read results as users do
python3-h5py               tests read results as users do
python3-xarray             tests read results as users do
python3-h5netcdf           tests read results as users do
python3-netcdf4            tests read results as users do
python3-scipy              tests write .mat files
LIST
    slurm) cat <<'LIST' ;;
slurmctld                  tests of batch jobs start a SLURM of their own
slurmd                     tests of batch jobs start a SLURM of their own
slurm-client               tests of batch jobs start a SLURM of their own
munge                      tests of batch jobs start a SLURM of their own
LIST
    fuzz) cat <<'LIST' ;;
clang-16                   libFuzzer looks for inputs that decoders cannot bear
libclang-rt-16-dev         libFuzzer and sanitizers
LIST
    benchmarks) cat <<'LIST' ;;
libbenchmark-dev           benchmarks
python3-torch              what the benchmarks compare with
libopenblas0-pthread       fast matrix products for python3-torch
dataset-fashion-mnist      images for the tasks images, episodes and sequential_mnist
LIST
    *) echo "setup.sh: unknown group '$1' (known: build, tests, slurm, benchmarks, fuzz)" >&2; return 2 ;;
  esac
}

cohort_setup() {  # <group>...
  local group table="" packages missing install as_root=""
  for group in "$@"; do
    table+=$(cohort_packages "$group")$'\n' || return 2
  done
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "Cohort installs its packages by itself only on Debian and Ubuntu. Here, please provide (Debian names):" >&2
    echo "$table" >&2
    echo "then build with: cmake --preset release && cmake --build build/release" >&2
    return 2
  fi

  packages=$(awk '{print $1}' <<<"$table")
  missing=$(comm -23 <(sort -u <<<"$packages") \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" {print $2}' | sort -u) |
    xargs)
  [[ -n $missing ]] || return 0

  install="apt-get update && apt-get install -y --no-install-recommends $missing"
  if [[ $(id -u) != 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      echo "Cohort needs packages that only root can install. Run as root, then try again: $install" >&2
      return 2
    fi
    as_root="sudo -n"
  fi
  echo "Installing: $missing"
  $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$install"
}

cohort_setup "${@:-build}" || exit $?

# One rank per core, one thread per rank.
export OMP_NUM_THREADS=1
# Containers forbid reading another process' memory, which Open MPI's shared-memory transport tries by default.
export OMPI_MCA_btl_vader_single_copy_mechanism=${OMPI_MCA_btl_vader_single_copy_mechanism:-none}
if [[ $(id -u) == 0 ]]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
