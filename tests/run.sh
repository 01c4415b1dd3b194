#!/usr/bin/env bash
# Installs what is missing, builds everything, runs the tests. Arguments go to ctest (e.g. -R core).
#   tests/run.sh --all ...    also every public header compiled alone (label headers); what needs full speed and
#                             hours: labels science, benchmark and hours, in a release build; everything but that under
#                             the address and undefined-behaviour sanitizers, short jobs of several ranks included; what
#                             has threads under the thread sanitizer; and new inputs for decoders (tests/fuzz)
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cores=$(env -u OMP_NUM_THREADS nproc)
slow='science|benchmark|hours'
left_out="$slow|headers"
groups="build tests slurm"
if [[ ${1:-} == --all ]]; then
  left_out=$slow
  groups+=" benchmarks fuzz"
  shift
fi

source "$repo/jobs/setup.sh" $groups

build_and_test() {  # <preset> <ctest arguments>...
  local preset=$1
  shift
  cmake -S "$repo" --preset "$preset"
  cmake --build "$repo/build/$preset" -j "$cores"
  (cd "$repo" && ctest --preset "$preset" -j $((2 * cores)) "$@")  # jobs of several ranks wait more than they work
}

build_and_test dev --label-exclude "$left_out" "$@"
if [[ $groups == *benchmarks* ]]; then
  build_and_test release --label-regex "$slow" --no-tests=ignore "$@"
  build_and_test asan --label-exclude "$left_out|headers|slurm|package" "$@"
  build_and_test tsan --label-regex '^(core|recordings|tasks|learning|study|similarity|store|cluster|fuzz)$' --label-exclude "$slow" "$@"
  "$repo/tests/fuzz/run.sh" 600
fi
