#!/usr/bin/env python3
"""Does the answer depend on the measure? The share of the squared distances between networks that each factor explains,
measures side by side.

    measures_table.py results.h5 [--response]     cross-seed R2 in % [95 % interval over seeds], the largest part without holes;
                                                  --response: of the distance to each recording instead"""

import sys

import h5py
import numpy


def cell(effects, at):
    share, low, high = (numpy.round(100 * effects[name][at]) + 0.0 for name in ("share", "share_low", "share_high"))
    if numpy.isnan(share):
        return "-"
    return f"{share:.0f} [{low:.0f}, {high:.0f}]" if numpy.isfinite(low) else f"{share:.0f}"


def main():
    with h5py.File(sys.argv[1], "r") as file:
        effects = file["similarity/effects"]
        subjects, levels, terms = (list(effects[name].asstr()) for name in ("effect_subject", "level", "effect_term"))
        is_measure = [f"similarity/{name}_made_from" in file for name in subjects]
        if "--response" in sys.argv[2:]:
            columns = [i for i, name in enumerate(subjects) if " to " in name]
        else:
            columns = [i for i, is_one in enumerate(is_measure) if is_one]
        print("| level | runs | factor | " + " | ".join(subjects[i] for i in columns) + " |")
        print("|---" * (3 + len(columns)) + "|")
        factors = [i for i, name in enumerate(terms) if " x " not in name and name != "seed" and f"design/{name}" in file]
        for level, name in enumerate(levels):
            runs = effects["n_runs"][columns[0], level, 0]
            for term in factors:
                cells = [cell(effects, (i, level, 0, term)) for i in columns]
                print(f"| {name} | {runs:.0f} | {terms[term]} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
