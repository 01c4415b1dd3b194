#!/usr/bin/env bash
# Builds without any -dev package of the libraries, as on a cluster: they lie in a prefix, and the system has the
# compiler, MPI and HDF5 alone. The packages' files are copied into the prefix and taken away in a mount of this test's own, so this
# needs root and Debian.
#   prefix_test.sh SOURCE BUILD_DIRECTORY [TARGET...]      exit code 77: skipped
set -euo pipefail
source_dir=$1 build=$2
targets=("${@:3}")
if (( ${#targets[@]} == 0 )); then targets=(cohort_recordings); fi
packages="libeigen3-dev librandom123-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libxxhash-dev libspectra-dev
  libboost-mpi1.74-dev libboost-serialization1.74-dev libboost1.74-dev libfmt-dev libspdlog-dev libzip-dev libmatio-dev
  libcairo2-dev"
libraries="libfmt9 libspdlog1.10 libboost-mpi1.74.0 libboost-serialization1.74.0 libzip4 libmatio11 libcairo2"  # stay, too

if [[ ${PREFIX_TEST_INSIDE:-} != yes ]]; then
  command -v dpkg >/dev/null && [[ $(id -u) == 0 ]] || { echo "skipped: needs root and dpkg"; exit 77; }
  unshare -m true 2>/dev/null || { echo "skipped: no mounts of its own"; exit 77; }
  PREFIX_TEST_INSIDE=yes exec unshare -m bash "$0" "$@"
fi

prefix=$build/prefix overlay=$build/overlay
rm -rf "$build"
mkdir -p "$prefix" "$overlay"
mount -t tmpfs tmpfs "$overlay"  # an overlay may not lie on an overlay
mkdir "$overlay/upper" "$overlay/work"
mount -t overlay overlay -o "lowerdir=/usr,upperdir=$overlay/upper,workdir=$overlay/work" /usr ||
  { echo "skipped: no overlay"; exit 77; }

files_of() {  # <package>...: what a prefix would have of it
  local file
  for package in "$@"; do
    dpkg -L "$package" | grep -E '^/usr/(include|lib|share/(cmake|pkgconfig|eigen3))'
  done | while read -r file; do [[ -d $file ]] || echo "${file#/usr/}"; done
}
# shellcheck disable=SC2086
files_of $packages >"$build/files"
# shellcheck disable=SC2086
{ cat "$build/files"; files_of $libraries; } >"$build/all_files"
tar -C /usr -chf - -T "$build/all_files" | tar -C "$prefix" -xf -
find "$prefix" -name '*.pc' -exec sed -i "s|^prefix=.*|prefix=$prefix|; s|/usr/|$prefix/|g" {} +
(cd /usr && xargs -d '\n' rm -f <"$build/files")
for header in Eigen/Core eigen3/Eigen/Core fmt/core.h boost/mpi.hpp matio.h xxhash.h; do
  [[ ! -e /usr/include/$header ]] || { echo "$header is still there"; exit 1; }
done

PKG_CONFIG_PATH=$(find "$prefix" -type d -name pkgconfig | paste -sd:)
if cmake -S "$source_dir" -B "$build/without" -G Ninja >"$build/without.log" 2>&1; then
  echo "configured without its libraries"; exit 1
fi
for package in libeigen3-dev libfmt-dev libboost-mpi-dev librandom123-dev libspectra-dev libmatio-dev libzip-dev libcairo2-dev; do
  grep -q "apt-get install.*$package" "$build/without.log"  # all at once
done
export PKG_CONFIG_PATH
cmake -S "$source_dir" -B "$build/with" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" \
  -DCOHORT_TESTS=OFF -DCOHORT_BENCHMARKS=OFF
cmake --build "$build/with" --target "${targets[@]}"
