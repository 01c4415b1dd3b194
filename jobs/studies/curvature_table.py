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


def spread(values):
    values = numpy.asarray(values, float)
    values = values[numpy.isfinite(values)]
    if values.size == 0:
        return "-"
    return f"{values.mean():.3g} ± {values.std(ddof=1):.2g}" if values.size > 1 else f"{values[0]:.3g}"


def correlation(x, y):
    """Pearson's, with Fisher's 95 % interval."""
    both = numpy.isfinite(x) & numpy.isfinite(y)
    n, r = both.sum(), numpy.corrcoef(x[both], y[both])[0, 1]
    low, high = numpy.tanh(numpy.arctanh(r) + numpy.array([-1.96, 1.96]) / numpy.sqrt(n - 3))
    return f"{r:.2f} [{low:.2f}, {high:.2f}], {n} networks"


class Results:
    def __init__(self, file):
        curves = file["curves"]
        rule, optimizer = file["design/rule_text"].asstr()[:], file["design/optimizer_text"].asstr()[:]
        self.group = numpy.array([r + (", decay" if "decay" in o else "") for r, o in zip(rule, optimizer)])
        self.groups = list(dict.fromkeys(self.group))
        self.updates = file["snapshots/update"][:]
        of = {name: file[f"dynamics/{path}"][:] if f"dynamics/{path}" in file else numpy.full(self.updates.shape, numpy.nan)
              for name, path in (("sharpness", "hessian_max"), ("rho", "rho"), ("critical", "curvature/critical_rate"),
                                 ("least", "curvature/update_smallest"))}
        self.sharpness, self.rho, self.critical, self.least = (of[n] for n in ("sharpness", "rho", "critical", "least"))
        self.ended = file["state/status"][:] == 1
        self.loss = curves["loss"][:, -LAST:].mean(1)
        self.accuracy, self.noisy = curves["accuracy"][:, -1], curves["shifted_accuracy"][:, -1]
        self.loss_gap = curves["shifted_error"][:, -1] - self.loss
        self.accuracy_gap = self.accuracy - self.noisy
        self.rate = numpy.array([float(o.split("rate=")[1].split(",")[0]) for o in optimizer])
        self.levels = list(file["snapshots/level"].asstr())


def print_tables(r):
    print("| rule | ended | training loss | accuracy | with noise | gap (accuracy) | gap (loss) | λ₁ | ρ |")
    print("|---|---|---|---|---|---|---|---|---|")
    for group in r.groups:
        own = r.group == group
        numbers = (r.loss, r.accuracy, r.noisy, r.accuracy_gap, r.loss_gap, r.sharpness[:, -1], r.rho[:, -1])
        print(f"| {group} | {r.ended[own].sum()} of {own.sum()} | " + " | ".join(spread(x[own]) for x in numbers) + " |")
    if not numpy.isfinite(r.sharpness).any():
        return
    constant = numpy.array(["decay" not in group for group in r.group])
    for name, gap in (("accuracy", r.accuracy_gap), ("loss", r.loss_gap)):
        print(f"\ncorrelation of λ₁ and the gap in {name}: {correlation(r.sharpness[:, -1], gap)}; constant rate "
              f"{correlation(r.sharpness[constant, -1], gap[constant])}")
    print("\n| λ₁ after | " + " | ".join(r.groups) + " |")
    print("|---" * (1 + len(r.groups)) + "|")
    for level, name in enumerate(r.levels):
        print(f"| {name} | " + " | ".join(spread(r.sharpness[r.group == group, level]) for group in r.groups) + " |")
    print("\n| rule | η | 2/λ₁ | 2/(ρλ₁) | η of the leading eigenvalues of the rule's own update | networks with a growing direction at "
          "every rate | smallest real part |")
    print("|---|---|---|---|---|---|---|")
    for group in r.groups:
        own = r.group == group
        two, least = 2 / r.sharpness[own, -1], r.least[own, -1]
        known = numpy.isfinite(least)
        print(f"| {group} | {r.rate[own][0]:g} | {spread(two)} | {spread(two / r.rho[own, -1])} | "
              f"{spread(r.critical[own, -1])} | {(least[known] < 0).sum()} of {known.sum()} | {spread(least)} |")


class Svg:
    """Axes side by side, 360 x 260 each."""

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
    picture = Svg(2)
    sharpness, gap = r.sharpness[:, -1], r.accuracy_gap
    picture.axes(0, span(sharpness), span(gap), "leading eigenvalue of the Hessian at the end", "accuracy lost to noise")
    for x, y, group in zip(sharpness, gap, r.group):
        picture.dot(x, y, COLORS[r.groups.index(group)])
    means = [[numpy.nanmean(r.sharpness[r.group == group, level]) for level in range(len(r.levels))] for group in r.groups]
    updates = r.updates.max(0)
    order = numpy.argsort(updates)
    picture.axes(1, span(updates), span(means), "updates", "leading eigenvalue, mean of the seeds")
    for number, (group, own) in enumerate(zip(r.groups, means)):
        picture.line(updates[order], numpy.array(own)[order], COLORS[number])
        picture.text(740, 40 + 16 * number, group, "start", COLORS[number])
    picture.write(path)


def main():
    with h5py.File(sys.argv[1], "r") as file:
        results = Results(file)
    print_tables(results)
    if "--svg" in sys.argv[2:]:
        draw(results, sys.argv[sys.argv.index("--svg") + 1])


if __name__ == "__main__":
    main()
