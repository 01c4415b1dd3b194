#!/usr/bin/env python3
"""Sharpness and generalization of a study with [shifted] and [dynamics] curvature: gap and leading eigenvalue of the Hessian
rule by rule, their correlation, and the learning rate beside the rates up to which a minimum would hold.

    curvature_table.py results.h5                     the tables
    curvature_table.py results.h5 --svg picture.svg   and the picture"""

import sys

import h5py
import numpy

COLORS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#7f7f7f")
LAST = 100  # updates over which the training loss is averaged
RESOLVED = 1e-3  # eigenvalues this much smaller than the largest are told from 0 by the iteration that finds them


def digits(value, n):
    """The number with n digits that count, without an exponent where it has few."""
    return f"{float(f'{value:.{n}g}'):g}"


def spread(values):
    values = numpy.asarray(values, float)
    values = values[numpy.isfinite(values)]
    if values.size == 0:
        return "-"
    return f"{digits(values.mean(), 3)} ± {digits(values.std(ddof=1), 2)}" if values.size > 1 else digits(values[0], 3)


def correlation(x, y):
    """Pearson's, with Fisher's 95 % interval."""
    both = numpy.isfinite(x) & numpy.isfinite(y)
    n = both.sum()
    if n < 5:
        return f"-, {n} networks"
    r = numpy.corrcoef(x[both], y[both])[0, 1]
    low, high = numpy.tanh(numpy.arctanh(r) + numpy.array([-1.96, 1.96]) / numpy.sqrt(n - 3))
    return f"{r:.2f} [{low:.2f}, {high:.2f}], {n} networks"


class Results:
    """Numbers of each run and level. A run that ended early (it exploded) is left out at its end."""

    def __init__(self, file):
        curves = file["curves"]
        rule, optimizer = file["design/rule_text"].asstr()[:], file["design/optimizer_text"].asstr()[:]
        self.seed = file["design/seed"][:]
        self.group = numpy.array([r + (", decay" if "decay" in o else "") for r, o in zip(rule, optimizer)])
        self.groups = list(dict.fromkeys(self.group))
        self.updates = file["snapshots/update"][:]
        self.levels = list(file["snapshots/level"].asstr())
        found = {name: file[f"dynamics/{path}"][:] if f"dynamics/{path}" in file else numpy.full(self.updates.shape, numpy.nan)
                 for name, path in (("sharpness", "hessian_max"), ("lowest", "curvature/smallest"), ("rho", "rho"),
                                    ("rho_leading", "curvature/rho_leading"), ("critical", "curvature/critical_rate"),
                                    ("largest", "curvature/update_real"), ("least", "curvature/update_smallest"))}
        self.__dict__.update(found)
        self.ended = file["state/status"][:] == 1
        self.curves = {name: curves[name][:] for name in ("accuracy", "shifted_accuracy", "error", "shifted_error")}
        self.loss = self.at_levels(curves["loss"][:], LAST)
        self.accuracy = self.at_levels(curves["accuracy"][:])
        self.noisy = self.at_levels(curves["shifted_accuracy"][:])
        self.accuracy_gap = self.accuracy - self.noisy
        self.loss_gap = self.at_levels(curves["shifted_error"][:]) - self.loss
        # The rate at the end: schedules of these studies have come down to it.
        self.rate = numpy.array([float(o.split("rate=")[1].split(",")[0]) for o in optimizer])

    def at_levels(self, curve, n_averaged=1):
        """The curve where each run reached each level, the mean of the updates that lead there."""
        values = numpy.full(self.updates.shape, numpy.nan)
        for run, level in numpy.argwhere(self.updates >= 0):
            update = self.updates[run, level]
            part = curve[run, max(0, update - n_averaged + 1):update + 1]
            if numpy.isfinite(part).any():
                values[run, level] = numpy.nanmean(part)
        return values


def print_generalization(r, level):
    print(f"\n{r.levels[level]}\n\n| rule | networks | updates | training loss | accuracy | with noise | gap (accuracy) | gap (loss) "
          "| λ₁ | ρ |")
    print("|---" * 10 + "|")
    for group in r.groups:
        own = r.group == group
        there = own & numpy.isfinite(r.accuracy[:, level])
        numbers = (r.updates, r.loss, r.accuracy, r.noisy, r.accuracy_gap, r.loss_gap, r.sharpness, r.rho)
        print(f"| {group} | {there.sum()} of {own.sum()} | " + " | ".join(spread(x[there, level]) for x in numbers) + " |")
    within = numpy.array([numpy.nanmean(r.sharpness[r.group == group, level]) for group in r.group])
    print()
    for name, gap in (("accuracy", r.accuracy_gap[:, level]), ("loss", r.loss_gap[:, level])):
        means = numpy.array([numpy.nanmean(gap[(r.group == group) & numpy.isfinite(r.sharpness[:, level])])
                             for group in r.group])
        print(f"correlation of λ₁ and the gap in {name}: {correlation(r.sharpness[:, level], gap)}; within rules "
              f"{correlation(r.sharpness[:, level] - within, gap - means)}")


def print_matched(r, accuracies=(0.5, 0.55, 0.6)):
    """What noise takes from networks at equal accuracy: at their first evaluation with that much of it."""
    print("\n| accuracy of at least | rule | networks | updates | accuracy | gap (accuracy) | gap (error) |")
    print("|---" * 7 + "|")
    accuracy = numpy.nan_to_num(r.curves["accuracy"], nan=-1)
    for least in accuracies:
        first = numpy.where((accuracy >= least).any(1), (accuracy >= least).argmax(1), -1)
        for group in r.groups:
            runs = numpy.flatnonzero((r.group == group) & (first >= 0))
            at = {name: curve[runs, first[runs]] for name, curve in r.curves.items()}
            cells = (first[runs], at["accuracy"], at["accuracy"] - at["shifted_accuracy"],
                     at["shifted_error"] - at["error"])
            print(f"| {least} | {group} | {runs.size} of {(r.group == group).sum()} | " +
                  " | ".join(spread(cell) for cell in cells) + " |")


def print_sharpness(r):
    print("\n| λ₁ after | " + " | ".join(r.groups) + " |")
    print("|---" * (1 + len(r.groups)) + "|")
    for level, name in enumerate(r.levels):
        print(f"| {name} | " + " | ".join(spread(r.sharpness[r.group == group, level]) for group in r.groups) + " |")


def quartiles(values):
    values = values[numpy.isfinite(values)]
    return "-" if values.size == 0 else "{:.2g} ({:.2g} to {:.2g})".format(*numpy.quantile(values, (0.5, 0.25, 0.75)))


def print_rates(r):
    """The rate used beside the rates up to which the place where training ended would hold, network by network."""
    last = len(r.levels) - 1
    estimate, along = 2 / (r.rho[:, last] * r.sharpness[:, last]), 2 / (r.rho_leading[:, last] * r.sharpness[:, last])
    exact, least, largest = r.critical[:, last], r.least[:, last], r.largest[:, last]
    grows = least < -RESOLVED * numpy.abs(largest)
    print("\n| rule | seed | η | 2/λ₁ | 2/(ρλ₁) | the same, ρ along v₁ | η exact | smallest Re μ | smallest of H |")
    print("|---" * 9 + "|")
    for run in numpy.argwhere(numpy.isfinite(r.sharpness[:, last]) & r.ended)[:, 0]:
        print(f"| {r.group[run]} | {r.seed[run]} | {r.rate[run]:g} | {2 / r.sharpness[run, last]:.3g} | {estimate[run]:.3g} | "
              f"{along[run]:.3g} | {exact[run]:.3g} | {least[run]:.2g} | {r.lowest[run, last]:.2g} |")
    print("\n| median (quartiles) | networks | η / η exact | η ρ λ₁ / 2 | η exact ρ λ₁ / 2 | the same, ρ along v₁ | "
          "a direction grows at every rate | as deep: -min Re μ / |μ₁| |")
    print("|---" * 8 + "|")
    for group in r.groups:
        own = (r.group == group) & r.ended & numpy.isfinite(r.sharpness[:, last])
        known = own & numpy.isfinite(least)
        print(f"| {group} | {own.sum()} | {quartiles((r.rate / exact)[own])} | {quartiles((r.rate / estimate)[own])} | "
              f"{quartiles((exact / estimate)[own])} | {quartiles((exact / along)[own])} | "
              f"{grows[known].sum()} of {known.sum()} | {quartiles((-least / numpy.abs(largest))[known])} |")


class Svg:
    """Axes side by side, 380 x 280 each."""

    def __init__(self, n):
        self.parts, self.width = [], 380 * n + 110

    def axes(self, at, x, y, x_name, y_name):
        self.at, self.x, self.y = at, x, y
        left, right, low, high = 380 * at + 60, 380 * at + 350, 230, 20
        self.frame = left, right, low, high
        self.parts.append(f'<path d="M{left},{high}V{low}H{right}" fill="none" stroke="#444"/>')
        for value in numpy.linspace(*x, 5):
            self.text(self.place(value, y[0])[0], low + 16, f"{value:.3g}")
        for value in numpy.linspace(*y, 5):
            self.text(left - 6, self.place(x[0], value)[1] + 4, f"{value:.3g}", "end")
        self.text((left + right) / 2, low + 36, x_name)
        self.text(left, high - 6, y_name, "start")

    def place(self, x, y):
        left, right, low, high = self.frame
        return (left + (x - self.x[0]) / (self.x[1] - self.x[0]) * (right - left),
                low + (y - self.y[0]) / (self.y[1] - self.y[0]) * (high - low))

    def text(self, x, y, words, anchor="middle", color="#222"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{words}</text>')

    def dot(self, x, y, color):
        place = self.place(x, y)
        self.parts.append(f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4" fill="{color}" fill-opacity=".7"/>')

    def line(self, xs, ys, color):
        points = " ".join("{:.1f},{:.1f}".format(*self.place(x, y)) for x, y in zip(xs, ys))
        self.parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} 280" width="{self.width}" '
                       f'height="280" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" '
                       f'fill="white"/>{"".join(self.parts)}</svg>\n')


def span(values):
    low, high = numpy.nanmin(values), numpy.nanmax(values)
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def draw(r, path):
    picture = Svg(3)
    last = len(r.levels) - 1
    sharpness, gap = r.sharpness[:, last], r.accuracy_gap[:, last]
    picture.axes(0, span(sharpness), span(gap), "leading eigenvalue of the Hessian at the end", "accuracy lost to noise")
    for x, y, group in zip(sharpness, gap, r.group):
        if numpy.isfinite(x) and numpy.isfinite(y):
            picture.dot(x, y, COLORS[r.groups.index(group)])
    fixed = [level for level, name in enumerate(r.levels) if name.startswith("update=") or name == "final"]
    whole = r.ended[:, None]  # the same networks at every level
    means = [[numpy.log10(numpy.nanmean(r.sharpness[(r.group == group) & r.ended, level])) for level in fixed]
             for group in r.groups]
    updates = numpy.where(whole, r.updates, 0).max(0)[fixed]
    picture.axes(1, span(updates), span(means), "updates", "log10 of the leading eigenvalue, mean of the seeds")
    for number, (group, own) in enumerate(zip(r.groups, means)):
        picture.line(updates, own, COLORS[number])
        picture.text(1120, 40 + 16 * number, group, "start", COLORS[number])
    estimate, exact = numpy.log10(2 / (r.rho[:, last] * sharpness)), numpy.log10(r.critical[:, last])
    both = numpy.isfinite(estimate) & numpy.isfinite(exact)
    if both.any():
        ends = span(numpy.concatenate((estimate[both], exact[both], numpy.log10(r.rate))))
        picture.axes(2, ends, ends, "log10 of 2/(ρλ₁)", "log10 of the critical rate; lines: equal, and the rate used")
        picture.line(ends, ends, "#999")
        picture.line(ends, [numpy.log10(r.rate[0])] * 2, "#999")
        for x, y, group in zip(estimate[both], exact[both], r.group[both]):
            picture.dot(x, y, COLORS[r.groups.index(group)])
    picture.write(path)


def main():
    with h5py.File(sys.argv[1], "r") as file:
        results = Results(file)
    print(f"{results.ended.sum()} of {results.ended.size} networks trained to the end")
    for level, name in enumerate(results.levels):
        if not name.startswith("update="):
            print_generalization(results, level)
    print_matched(results)
    if numpy.isfinite(results.sharpness).any():
        print_sharpness(results)
        print_rates(results)
    if "--svg" in sys.argv[2:]:
        draw(results, sys.argv[sys.argv.index("--svg") + 1])


if __name__ == "__main__":
    main()
