#!/usr/bin/env python3
"""The coefficients of plasticity that a run of `plastic_mlp` has learned, as a .npy file of ten numbers, for the rule
`plasticity/theta_from=theta.npy` of another study.

    jobs/theta_of.py results.h5 RUN theta.npy      needs a study with `[snapshots] weights = true`
"""
import sys

import h5py
import numpy as np

from read_results import Network, texts


def theta_of(file, run):
    tables, which = file["architectures"], int(file["design/architecture"][run])
    if texts(tables["name"])[which] != "plastic_mlp":
        sys.exit(f"run {run} is no plastic_mlp: it has no coefficients")
    learned = Network.blocks(tables, "parameter", which, file["snapshots/parameters"][run, -1])["theta"][:, 0]
    constants = Network.blocks(tables, "constant", which, file["snapshots/constants"][run])
    theta = np.zeros(10)
    theta[constants["term"][:, 0].astype(int)] = constants["scale"][:, 0] * learned
    return theta


if __name__ == "__main__":
    with h5py.File(sys.argv[1], "r") as results:
        np.save(sys.argv[3], theta_of(results, int(sys.argv[2])))
