#!/usr/bin/env python3
"""How large the ten terms of plasticity are in networks that have learned nothing yet: what a coefficient of each is measured
in, so that one learning rate serves them all (the architecture's parameter `scales`).

    jobs/studies/plasticity_scales.py [folder of IDX files, /usr/share/datasets/fashion-mnist] [average, 2]

Root mean square over random networks 100-70-47, images and layers of the norm of F_r; printed are norms and
scales, |F_0| / |F_r|."""
import gzip
import sys

import numpy as np

HIDDEN, CLASSES, BETA, SAMPLES = (100, 70), 47, 10, 400


def images(folder, k):
    with gzip.open(f"{folder}/train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(16 + 5000 * 784), np.uint8)[16:].reshape(-1, 28, 28) / 255
    return pixels.reshape(len(pixels), 28 // k, k, 28 // k, k).mean((2, 4)).reshape(len(pixels), -1)


def glorot(random, n, m):
    return random.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))


def terms(W, y, below, e, e_below):
    """F_0 .. F_9 of one layer: y, e its activity and credit."""
    v = W.T @ y
    outer = np.outer
    return [-outer(e, below), -outer(y, e_below), -outer(e, e_below), -W, -outer(np.ones_like(y), e_below),
            -outer(e, below) * y.sum(), -outer(y, e_below) * (v @ e_below), -outer(e, below) * (v @ e_below),
            -outer(y, e_below) * (e @ W @ below), outer(y, below) - outer(y, v)]


def squares(random, x, label):
    """Sum over the layers of |F_r|² for one network and image."""
    widths = [x.size, *HIDDEN, CLASSES]
    W = [glorot(random, n, m) for m, n in zip(widths, widths[1:])]
    B = [glorot(random, n, m) for m, n in zip(widths, widths[1:])]
    y = [x]
    for weights in W[:-1]:
        y.append(np.logaddexp(0, BETA * (weights @ y[-1])) / BETA)
    z = W[-1] @ y[-1]
    y.append(np.exp(z - z.max()) / np.exp(z - z.max()).sum())
    e = [y[-1] - np.eye(CLASSES)[label]]
    for back, h in zip(B[::-1], y[-2::-1]):
        e.insert(0, (back.T @ e[0]) * -np.expm1(-BETA * h))
    return sum(np.array([(f**2).sum() for f in terms(W[l], y[l + 1], y[l], e[l + 1], e[l])]) for l in range(len(W)))


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist"
    shown, random = images(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 2), np.random.default_rng(1)
    norms = np.sqrt(np.mean([squares(random, shown[random.integers(len(shown))], random.integers(CLASSES))
                             for _ in range(SAMPLES)], 0))
    print("norms  " + " ".join(f"{norm:.3g}" for norm in norms))
    print("scales=[" + ",".join(f"{norms[0] / norm:.2g}" for norm in norms) + "]")
