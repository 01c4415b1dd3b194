#!/usr/bin/env python3
"""Tables of studies of networks of layers, in Markdown.

    layers_table.py epochs results.h5     accuracy of every rule, architecture and optimizer at evaluations, mean ±
                                          deviation
    layers_table.py rates results.h5      the same at the end: with the best optimizer of the study, and over all of them
    layers_table.py theta results.h5      accuracy, coefficients (mean and 95 % interval over the seeds) and angles of
                                          networks that learn their plasticity (with [snapshots] weights = true)
    layers_table.py selection results.h5  the coefficients of every such network in thousandths of their scales, and of how
                                          many of those that learned each is positive
    layers_table.py curves results.h5     first and last value of the curves that rules have of their own, and of those
                                          that watch (cosines of [alignment])
"""
import sys

import h5py
import numpy

STUDENT = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}  # 97.5 %, by n

COLUMNS = 6   # evaluations shown, at most
LEARNED = 0.5   # accuracy, in print_selection


def spread(values, form="{:.1f}", scale=100):
    values = scale * numpy.asarray(values, float)
    values = values[numpy.isfinite(values)]
    if not values.size:
        return "-"
    return form.format(values.mean()) + (" ± " + form.format(values.std(ddof=1)) if values.size > 1 else "")


def interval(values):
    values = numpy.asarray(values, float)
    half = STUDENT.get(len(values), 1.96) * values.std(ddof=1) / numpy.sqrt(len(values)) if len(values) > 1 else numpy.nan
    return f"{values.mean():.4f} [{values.mean() - half:.4f}, {values.mean() + half:.4f}]"


class Results:
    def __init__(self, file):
        self.file = file
        self.rule, self.architecture, self.optimizer = (
            file[f"design/{factor}_text"].asstr()[:] if f"design/{factor}_text" in file else None
            for factor in ("rule", "architecture", "optimizer"))
        self.accuracy = file["curves/accuracy"][:]
        self.done = file["state/status"][:] == 1

    def groups(self, by_optimizer=False):
        """Rule and architecture (and optimizer), and their runs, in the order of the study."""
        factors = [self.rule, self.architecture]
        if by_optimizer and self.optimizer is not None:
            factors.append(self.optimizer)
        return [(name, numpy.flatnonzero(numpy.all([levels == level for levels, level in zip(factors, name)], axis=0)))
                for name in dict.fromkeys(zip(*factors))]


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def without_settings(variant):
    """The name and its first parameter."""
    return variant.split(",")[0]


def label(name, r):
    parts = [part for part, levels in zip(name, (r.rule, r.architecture)) if len(set(levels)) > 1]
    if len(name) > 2 and len(set(r.optimizer)) > 1:
        parts.append(without_settings(name[2]))
    return " ".join(f"`{part}`" for part in parts)


def print_epochs(r):
    updates = numpy.flatnonzero(numpy.isfinite(r.accuracy).any(0))
    updates = updates[numpy.unique(numpy.linspace(0, len(updates) - 1, COLUMNS).round().astype(int))]
    head("", *(f"update {update}" for update in updates), "ended")
    for name, runs in r.groups(by_optimizer=True):
        row(label(name, r), *(spread(r.accuracy[runs, update]) for update in updates), f"{r.done[runs].sum()} of {len(runs)}")


def print_rates(r):
    final = numpy.where(r.done, r.accuracy[:, -1], numpy.nan)
    head("", "best optimizer", "accuracy with it", "over all", "least", "diverged")
    for name, runs in r.groups():
        means = {text: numpy.nanmean(final[runs[r.optimizer[runs] == text]]) for text in dict.fromkeys(r.optimizer[runs])
                 if numpy.isfinite(final[runs[r.optimizer[runs] == text]]).any()}
        best = max(means, key=means.get)
        row(label(name, r), without_settings(best), spread(final[runs[r.optimizer[runs] == best]]), spread(final[runs]),
            f"{100 * numpy.nanmin(final[runs]):.1f}", (~r.done[runs]).sum())


def theta_of(r, run):
    """Numbers of the terms, and their coefficients at the end."""
    tables, which = r.file["architectures"], int(r.file["design/architecture"][run])
    n = int(tables["parameter_rows"][which, 0])
    constants = r.file["snapshots/constants"][run]
    return constants[:n].astype(int), constants[n:2 * n] * r.file["snapshots/parameters"][run, -1, :n]


def print_theta(r):
    angles = {end: r.file[f"curves/rule/meta_gradient_angle_{end}"][:] for end in ("first", "last")}
    counts = [r.file[f"curves/rule/meta_gradient_{what}"][:] for what in ("skipped", "rolled_back")]
    head("", "accuracy", "coefficients", "angle, first layer: start, end", "last layer: start, end", "skipped, put back")
    for factor in dict.fromkeys(r.optimizer if r.optimizer is not None else [""]):
        for name, runs in r.groups():
            own = runs if r.optimizer is None else runs[r.optimizer[runs] == factor]
            terms = theta_of(r, own[0])[0]
            values = numpy.array([theta_of(r, run)[1] for run in own])
            ends = [f"{numpy.nanmean(a[own, :11]):.0f}°, {numpy.nanmean(a[own, -31:]):.0f}°" for a in angles.values()]
            row(f"`{name[1]}` {without_settings(factor)}", spread(r.accuracy[own, -1]),
                ", ".join(f"θ{term} {interval(values[:, i])}" for i, term in enumerate(terms)), *ends,
                ", ".join(str(int(numpy.nansum(count[own]))) for count in counts))


def print_selection(r):
    back = r.file["curves/rule/meta_gradient_rolled_back"][:]
    terms = theta_of(r, 0)[0]
    units = 1000 * r.file["snapshots/parameters"][:, -1, :len(terms)]
    head("", "accuracy", "put back", *(f"θ{term}" for term in terms))
    for name, runs in r.groups():
        for run in runs:
            row(f"`{name[0]}`", f"{100 * r.accuracy[run, -1]:.1f}", int(numpy.nansum(back[run])),
                *(f"{value:.1f}" for value in units[run]))
    learned = units[r.accuracy[:, -1] > LEARNED]
    row(f"positive, of {len(learned)} above {100 * LEARNED:.0f} %", "", "", *(learned > 0).sum(0))
    row("their mean", "", "", *(f"{value:.1f}" for value in learned.mean(0)))


def print_curves(r):
    names = [f"{group}/{name}" for group in ("rule", "alignment") if group in r.file["curves"]
             for name, curve in r.file[f"curves/{group}"].items() if curve.ndim == 2]
    head("", "curve", "first", "last")
    for name, runs in r.groups():
        for curve in names:
            values = r.file[f"curves/{curve}"][:][runs]
            updates = numpy.flatnonzero(numpy.isfinite(values).any(0))
            if updates.size:
                row(label(name, r), f"`{curve}`", *(spread(values[:, at], "{:.3g}", 1) for at in updates[[0, -1]]))


if __name__ == "__main__":
    kinds = {"epochs": print_epochs, "rates": print_rates, "theta": print_theta, "selection": print_selection,
             "curves": print_curves}
    if len(sys.argv) != 3 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    with h5py.File(sys.argv[2], "r") as results:
        kinds[sys.argv[1]](Results(results))
