#!/usr/bin/env python3
"""Do networks of different rules compute alike? What [dynamics] found at each level, rule by rule, and what the factors
explain of it; how often two networks have the same fixed points (counts by unstable directions, cycles by period), and
how far apart their Lyapunov spectra are.

    dynamics_table.py results.h5 [level]...    of these levels; of all but the first without"""

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


def difference(a, b):
    """Hedges' g of b against a with its 95 % interval: the difference of means in standard deviations within rules."""
    a, b = a[numpy.isfinite(a)], b[numpy.isfinite(b)]
    if min(a.size, b.size) < 2:
        return "-"
    n = a.size + b.size
    within = numpy.sqrt(((a.size - 1) * a.var(ddof=1) + (b.size - 1) * b.var(ddof=1)) / (n - 2))
    if within == 0:
        return "0" if a.mean() == b.mean() else "-"
    g = (1 - 3 / (4 * n - 9)) * (b.mean() - a.mean()) / within
    error = 1.96 * numpy.sqrt(n / (a.size * b.size) + g ** 2 / (2 * n))
    return f"{g:.1f} [{g - error:.1f}, {g + error:.1f}]"


def share(effects, subject, level, term):
    """In the complete part of a level; with a star: across the holes, where the complete part cannot tell."""
    subjects, terms = list(effects["effect_subject"].asstr()), list(effects["effect_term"].asstr())
    if subject not in subjects or term not in terms:
        return "-"
    for part in range(effects["share"].shape[2]):
        at = subjects.index(subject), level, part, terms.index(term)
        value, low, high = (round(100 * effects[name][at]) if numpy.isfinite(effects[name][at]) else None
                            for name in ("share", "share_low", "share_high"))
        if value is not None:
            return f"{value}{'' if low is None else f' [{low}, {high}]'}{'*' if part > 0 else ''}"
    return "-"


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


def apart(spectra, pairs):
    """Root mean square difference of two networks' Lyapunov exponents, in falling order."""
    falling = -numpy.sort(-spectra, axis=-1)
    values = [numpy.sqrt(numpy.mean((falling[a] - falling[b]) ** 2)) for a, b in pairs]
    return mean_and_spread(numpy.array(values, float))


class Pairs:
    """Pairs of networks that began alike in all but what is compared."""

    def __init__(self, file):
        self.rule = file["design/rule_text"].asstr()[:]
        start, seed = file["design/initialization_text"].asstr()[:], file["design/seed"][:]
        pairs = [(a, b) for a, b in itertools.combinations(range(len(self.rule)), 2) if start[a] == start[b]]
        self.same_rule = [(a, b) for a, b in pairs if self.rule[a] == self.rule[b]]
        self.other_rule = [(a, b) for a, b in pairs if self.rule[a] != self.rule[b]]
        self.same_start = [(a, b) for a, b in self.other_rule if seed[a] == seed[b]]
        self.kinds = self.same_rule, self.other_rule, self.same_start


def print_numbers(file, pairs, levels):
    dynamics, effects = file["dynamics"], file["similarity/effects"]
    rules = sorted(set(pairs.rule))
    print("| level | number | " + " | ".join(rules) + f" | {rules[-1]} - {rules[0]}, Hedges' g | rule explains % | "
          "initialization explains % |")
    print("|---" * (5 + len(rules)) + "|")
    for level, name in levels:
        for number in (number for number in NUMBERS if number in dynamics):
            values = dynamics[number][:, level]
            if numpy.nanmin(values) == numpy.nanmax(values):
                print(f"| {name} | {number} | all {values[numpy.isfinite(values)][0]:g} |" + " |" * (len(rules) + 2))
                continue
            by_rule = [values[pairs.rule == one] for one in rules]
            cells = [mean_and_spread(own) for own in by_rule] + [difference(by_rule[0], by_rule[-1])]
            cells += [share(effects, number, level, term) for term in ("rule", "initialization")]
            print(f"| {name} | {number} | " + " | ".join(cells) + " |")


def print_signatures(dynamics, pairs, levels):
    print("\n| level | networks | same signature: same rule | other rule | other rule, same start |")
    print("|---" * 5 + "|")
    for level, name in levels:
        found = signatures(dynamics, level)
        n = sum(one is not None for one in found)
        print(f"| {name} | {n} | " + " | ".join(alike(found, kind) for kind in pairs.kinds) + " |")


def print_spectra(dynamics, pairs, levels):
    spectra, drives = dynamics["lyapunov/exponents"][:], list(dynamics["lyapunov/drive"].asstr())
    print(f"\n| level | drive | first {spectra.shape[-1]} exponents apart: same rule | other rule | other rule, same start |")
    print("|---" * 5 + "|")
    for level, name in levels:
        for drive, drive_name in enumerate(drives):
            cells = [apart(spectra[:, level, drive], kind) for kind in pairs.kinds]
            print(f"| {name} | {drive_name} | " + " | ".join(cells) + " |")


def main():
    with h5py.File(sys.argv[1], "r") as file:
        pairs = Pairs(file)
        chosen = sys.argv[2:]
        levels = [(level, name) for level, name in enumerate(file["snapshots/level"].asstr())
                  if (name in chosen if chosen else name != "update=0")]  # where networks of all rules are the same
        print_numbers(file, pairs, levels)
        print_signatures(file["dynamics"], pairs, levels)
        if "lyapunov" in file["dynamics"]:
            print_spectra(file["dynamics"], pairs, levels)


if __name__ == "__main__":
    main()
