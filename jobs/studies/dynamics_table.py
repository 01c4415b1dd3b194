#!/usr/bin/env python3
"""Do networks of different rules compute alike? What [dynamics] found at each level, rule by rule, and what the factors
explain of it; how often two networks have the same fixed points (counts by unstable directions, cycles by period).

    dynamics_table.py results.h5"""

import itertools
import sys

import h5py
import numpy

NUMBERS = ("point_count", "stable_count", "saddle_count", "cycle_count", "slow_dimension", "log_time_constant", "lambda_max",
           "lambda_max_autonomous", "kaplan_yorke_autonomous")


def mean_and_spread(values):
    values = values[numpy.isfinite(values)]
    if values.size == 0:
        return "-"
    return f"{values.mean():.3g} ± {values.std(ddof=1):.2g}" if values.size > 1 else f"{values[0]:.3g}"


def share(effects, subject, level, term):
    subjects, terms = list(effects["effect_subject"].asstr()), list(effects["effect_term"].asstr())
    if subject not in subjects or term not in terms:
        return "-"
    at = subjects.index(subject), level, 0, terms.index(term)
    value, low, high = (100 * effects[name][at] for name in ("share", "share_low", "share_high"))
    return "-" if numpy.isnan(value) else f"{value:.0f} [{low:.0f}, {high:.0f}]"


def signatures(dynamics, level):
    """Of each network: counts by unstable directions and by period, context by context; none where nothing was searched."""
    points, cycles = dynamics["points_by_unstable"][:, level], dynamics["cycles_by_period"][:, level]
    return [None if (p < 0).any() else (p.tobytes(), c.tobytes()) for p, c in zip(points, cycles)]


def alike(found, pairs):
    pairs = [(a, b) for a, b in pairs if found[a] is not None and found[b] is not None]
    if not pairs:
        return "-"
    same = sum(found[a] == found[b] for a, b in pairs)
    return f"{100 * same / len(pairs):.0f} % of {len(pairs)}"


def main():
    with h5py.File(sys.argv[1], "r") as file:
        dynamics, effects = file["dynamics"], file["similarity/effects"]
        rule = file["design/rule_text"].asstr()[:]
        start = file["design/initialization_text"].asstr()[:]
        rules, levels = sorted(set(rule)), list(file["snapshots/level"].asstr())
        print("| level | number | " + " | ".join(rules) + " | rule explains % | initialization explains % |")
        print("|---" * (4 + len(rules)) + "|")
        for level, name in enumerate(levels):
            for number in NUMBERS:
                if number not in dynamics:
                    continue
                values = dynamics[number][:, level]
                cells = [mean_and_spread(values[rule == one]) for one in rules]
                cells += [share(effects, number, level, term) for term in ("rule", "initialization")]
                print(f"| {name} | {number} | " + " | ".join(cells) + " |")
        print("\n| level | networks | same signature: same rule | other rule | same start, other rule |")
        print("|---|---|---|---|---|")
        for level, name in enumerate(levels):
            found = signatures(dynamics, level)
            pairs = list(itertools.combinations(range(len(rule)), 2))
            same = [(a, b) for a, b in pairs if rule[a] == rule[b] and start[a] == start[b]]
            other = [(a, b) for a, b in pairs if rule[a] != rule[b] and start[a] == start[b]]
            seed = file["design/seed"][:]
            paired = [(a, b) for a, b in other if seed[a] == seed[b]]
            n = sum(one is not None for one in found)
            print(f"| {name} | {n} | {alike(found, same)} | {alike(found, other)} | {alike(found, paired)} |")


if __name__ == "__main__":
    main()
