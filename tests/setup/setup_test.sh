#!/usr/bin/env bash
# What jobs/setup.sh does on machines unlike this one: stand-ins for apt, sudo and id come first in PATH.
#   setup_test.sh <setup.sh> <scratch folder>
set -euo pipefail
setup=$1 scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch/bin" "$scratch/elsewhere"
path=$scratch/bin:$PATH

stand_in() {  # <command> <body>
  printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}
runs() {  # <expected exit code> <words expected in what it says>
  local code=0 said
  said=$(PATH=$path "$setup" build 2>&1) || code=$?
  [[ $code == "$1" && $said == *"$2"* ]] || { echo "expected exit $1 and '$2', got exit $code and: $said"; exit 1; }
}
everything=$(grep -oE '^[a-z][a-z0-9+-]+ +' "$setup" | awk '{print "installed " $1}')

stand_in apt-get "echo \"apt-get \$*\" >>'$scratch/calls'"
stand_in sudo 'exit 1'

# Nothing missing: apt is not called at all, so no network is needed.
stand_in dpkg-query "echo '$everything'"
stand_in id 'echo 1000'
runs 0 ""
[[ ! -e $scratch/calls ]] || { echo "nothing was missing, yet: $(cat "$scratch/calls")"; exit 1; }

# One package missing, not root, no sudo: the command to run, in one line.
stand_in dpkg-query "echo '$everything' | grep -v ninja-build"
runs 2 "Run as root, then try again: apt-get update && apt-get install -y --no-install-recommends ninja-build"

# The same as root: exactly that package is installed.
stand_in id 'echo 0'
runs 0 "Installing: ninja-build"
grep -qx "apt-get install -y --no-install-recommends ninja-build" "$scratch/calls"

# A failing apt is a failing set-up.
stand_in apt-get 'exit 100'
runs 100 ""

# Not Debian: what to provide, and what for.
ln -s "$(command -v bash)" "$(command -v cat)" "$scratch/elsewhere"
path=$scratch/elsewhere
runs 2 "libhdf5-openmpi-dev        HDF5 built with MPI: the results file"
