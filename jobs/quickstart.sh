#!/usr/bin/env bash
# From a fresh checkout to quickstart.h5 in the current folder: installs what is missing, builds, trains a small study
# on all cores. Run it again and it resumes: nothing is trained twice. Arguments go to `cohort run`.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$repo/build/release
cores=$(env -u OMP_NUM_THREADS nproc)

source "$repo/jobs/setup.sh" build
cmake -S "$repo" --preset release -DCOHORT_TESTS=OFF -DCOHORT_BENCHMARKS=OFF
cmake --build "$build" --target cohort -j "$cores"

mpirun=$(sed -n 's/^MPIEXEC_EXECUTABLE:.*=//p' "$build/CMakeCache.txt")  # of the MPI it was built with
# Binding ranks to cores is faster, but Open MPI refuses when hyper-threads, a container or a batch job leave it fewer.
placement="--bind-to core"
"$mpirun" -n "$cores" $placement true >/dev/null 2>&1 || placement="--oversubscribe --bind-to none"
"$mpirun" -n "$cores" $placement "$build/apps/cohort" run "$repo/jobs/studies/quickstart.toml" -o quickstart.h5 "$@"

cat <<END

Program: $build/apps/cohort (cohort --help; cohort list rules; cohort plan STUDY.toml)
Results: $PWD/quickstart.h5
In Python: import xarray; xarray.open_dataset("$PWD/quickstart.h5", engine="h5netcdf", group="/curves")
END
