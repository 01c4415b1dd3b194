"""All pairs of Procrustes angles in NumPy's closed form, one thread: centre and normalize once, singular values of each cross
product. What `benchmark_similarity --results r.h5 --peer THIS` stands beside.

usage: similarity_peer.py FILE NETWORKS SAMPLES UNITS   doubles [network, sample, unit]"""

import sys
import time

import numpy

path, n, samples, units = sys.argv[1], *map(int, sys.argv[2:5])
networks = numpy.fromfile(path).reshape(n, samples, units)
best = numpy.inf
for repetition in range(3):
    start = time.perf_counter()
    shapes = [values - values.mean(axis=0) for values in networks]
    shapes = [values / numpy.linalg.norm(values) for values in shapes]
    distances = numpy.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            nuclear = numpy.linalg.svd(shapes[i].T @ shapes[j], compute_uv=False).sum()
            distances[i, j] = numpy.arccos(min(1, nuclear))
    best = min(best, time.perf_counter() - start)
print(f"all pairs {best:.3f} s, mean angle {distances[numpy.triu_indices(n, 1)].mean():.9f}")
