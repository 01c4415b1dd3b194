#!/usr/bin/env bash
# Looks for inputs that decoders cannot bear: every target for some time, with libFuzzer, address and undefined-behaviour
# sanitizers. Debian: clang-16, libclang-rt-16-dev (clang 14 does not know std::source_location).
#   tests/fuzz/run.sh [SECONDS [TARGET...]]     default: 600 seconds each
# What is found stays in build/fuzz/found/TARGET, new inputs worth keeping in build/fuzz/corpus/TARGET.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
seconds=${1:-600}
targets=("${@:2}")
build=$repo/build/fuzz
cmake -S "$repo" --preset fuzz
cmake --build "$build" -j "$(env -u OMP_NUM_THREADS nproc)" --target cohort_fuzz
if (( ${#targets[@]} == 0 )); then targets=(study variant npy npz mat hdf5 results checkpoint message lease); fi
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
code=0
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target" "$build/found/$target"
  echo "== $target, $seconds s"
  COHORT_FUZZ=$target "$build/tests/fuzz/cohort_fuzz" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 \
    -max_len=65536 -artifact_prefix="$build/found/$target/" -print_final_stats=1 -verbosity=0 \
    "$build/corpus/$target" "$repo/tests/fuzz/corpus/$target" || code=1
done
exit $code
