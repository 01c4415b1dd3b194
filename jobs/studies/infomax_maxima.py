#!/usr/bin/env python3
"""How far gradient ascent of information gets, by enumeration with NumPy alone: what is the objective's doing, and what the rule's.

    jobs/studies/infomax_maxima.py                      [starts=12]

Eight random patterns of eight inputs, n binary units that fire with s(Wx + b): I(x; y) can be 3 bits. Weights climb
E[(y_i - s_i) x_j (log p(y|x) - log q(y))], all expectations over all codes, with q the marginal itself (the gradient of
I), or the model that units have of one another, at two rates of its own. A run counts as at the optimum above 2.9 bits.
"""
import itertools
import sys

import numpy as np

PATTERNS, INPUTS = 8, 8


def sigmoid(u):
    return 1 / (1 + np.exp(-np.clip(u, -500, 500)))


def log(p):
    return np.log(np.maximum(p, 1e-300))


def climb(start, n_units, rate, n_updates, lateral_rate=None):
    """Bits at the end, and the bound that a lateral model gives; `lateral_rate` None: q is the marginal."""
    random = np.random.default_rng(start)
    codes = np.array(list(itertools.product([0, 1], repeat=n_units)), float)
    x = np.zeros((INPUTS, PATTERNS))
    while len({tuple(pattern) for pattern in x.T}) < PATTERNS:
        x = np.where(random.random(x.shape) < .5, -1., 1.)
    W, b = random.standard_normal((n_units, INPUTS)) * .5 / np.sqrt(INPUTS), np.zeros(n_units)
    L, c = np.zeros((n_units, n_units)), np.zeros(n_units)
    for update in range(n_updates + 1):
        fires = sigmoid(W @ x + b[:, None])
        given = np.prod(np.where(codes[:, :, None] > .5, fires, 1 - fires), axis=1)  # [code, pattern]
        marginal = given.mean(1)
        log_q = log(marginal)
        if lateral_rate is not None:
            expected = sigmoid(c + codes @ np.tril(L, -1).T)
            log_q = (codes * log(expected) + (1 - codes) * log(1 - expected)).sum(1)
            error = (codes - expected) * marginal[:, None]
            L, c = L + lateral_rate * np.tril(error.T @ codes, -1), c + lateral_rate * error.sum(0)
        surprise = given / PATTERNS * (log(given) - log_q[:, None])
        if update == n_updates:
            information = (given / PATTERNS * (log(given) - log(marginal)[:, None])).sum()
            return information / np.log(2), surprise.sum() / np.log(2)
        credit = codes.T @ surprise - fires * surprise.sum(0)
        W, b = W + rate * credit @ x.T, b + rate * credit.sum(1)


def row(name, n_units, n_starts, *how):
    ends = np.array([climb(start, n_units, *how) for start in range(n_starts)])
    bits, gap = ends[:, 0], ends[:, 1] - ends[:, 0]
    print(f"| {name} | {n_units} | {(bits > 2.9).sum()} of {n_starts} | {bits.mean():.2f} | {bits.min():.2f} | {gap.mean():.2f} |",
          flush=True)


if __name__ == "__main__":
    n_starts = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    print("| q | units | at the optimum | bits, mean | least | bound - I |")
    print("|---|---|---|---|---|---|")
    for n_units in (3, 4, 5, 6):
        row("the marginal: gradient of I", n_units, n_starts, .5, 1500)
    for n_units in (3, 4, 5, 6):
        row("lateral, rate 1, weights .05", n_units, n_starts, .05, 5000, 1.)
    for n_units in (3, 6):
        row("lateral, rate .1, weights .5", n_units, n_starts, .5, 1500, .1)
