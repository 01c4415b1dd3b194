#!/usr/bin/env python3
"""Rebuilds the networks of a results file with NumPy alone: an example to copy from, and what the tests compare with.

    jobs/read_results.py results.h5 [run]      needs a study with `[snapshots] weights = true`

Runs the network of every stored level on the stored evaluation trials and prints, beside what the file says, the
representation, the error, the distance to the first run that reached the level, and how still the fixed points are.
"""
import re
import sys

import h5py
import numpy as np


def texts(dataset):
    return [value.decode() for value in np.asarray(dataset[()]).ravel()]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {"linear": lambda a: a, "relu": lambda a: np.maximum(a, 0), "retanh": lambda a: np.maximum(np.tanh(a), 0),
               "sigmoid": sigmoid, "softplus": lambda a: np.logaddexp(0, a), "tanh": np.tanh}


class Network:
    """The network of one run at one level. States are arrays [state variable, unit, trial], rates [unit, trial]."""

    def __init__(self, file, run, level):
        tables, which = file["architectures"], int(file["design/architecture"][run])
        self.cell = texts(tables["name"])[which]
        self.options = dict(re.findall(r"[/,](\w+)=([^,(\[]+)", texts(tables["variant"])[which]))
        self.n_units = int(tables["n_units"][which])
        self.p = self.blocks(tables, "parameter", which, file["snapshots/parameters"][run, level])
        self.c = {}
        if "constants" in file["snapshots"]:
            self.c = self.blocks(tables, "constant", which, file["snapshots/constants"][run])
        self.kappa = np.exp(-1 / float(self.options["tau_out"])) if float(self.options["tau_out"]) > 0 else 0
        self.f = ACTIVATIONS[self.options.get("activation", "tanh")]

    @staticmethod
    def blocks(tables, kind, which, values):
        """The named matrices in a flat vector; vectors as columns. Stored column by column."""
        names = [name.decode() for name in tables[kind + "_name"][which]]
        rows, columns, offsets = (tables[f"{kind}_{what}"][which] for what in ("rows", "columns", "offset"))
        return {name: values[start:start + r * c].astype(float).reshape(r, c, order="F")
                for name, r, c, start in zip(names, rows, columns, offsets) if name}

    def weights(self, name):
        """A recurrent matrix as units feel it: masked, signed, or the product of its factors."""
        if "U" in self.p:
            return self.p["U"] @ self.p["V"].T
        weights = self.p[name] * self.c.get("mask_" + name, 1)
        return np.abs(weights) * self.c["sign"].T if "sign" in self.c else weights

    def drive(self, h, x, gate=""):
        """W h + W_in x + b of one gate."""
        return self.weights("W" + gate) @ h + self.source(x, gate)

    def source(self, x, gate=""):
        return self.p["W_in" + gate] @ x + self.p.get("b" + gate, 0)

    def start(self, n_trials):
        n_variables = {"lstm": 2, "lif": 2, "alif": 3}.get(self.cell, 1)
        state = np.zeros((n_variables, self.n_units, n_trials))
        for name in ("a_0", "h_0", "c_0"):
            if name in self.p:
                state[0] = self.p[name]
        return state

    def rates(self, s):
        if self.cell == "ctrnn":
            return self.f(s[0])
        if self.cell in ("lif", "alif"):
            return self.spikes(s)
        return s[-1]  # rate, gru: the state; lstm: its output

    def spikes(self, s):
        threshold = float(self.options["threshold"]) + (self.c["beta"] * s[1] if self.cell == "alif" else 0)
        return (s[0] >= threshold) * (s[-1] == 0).astype(float)

    def step(self, s, x):
        """The state after one step with input x [n_inputs, n_trials]."""
        h = self.rates(s)
        if self.cell in ("ctrnn", "rate"):
            u, alpha = self.drive(h, x), self.c["alpha"]
            return np.stack([(1 - alpha) * s[0] + alpha * (u if self.cell == "ctrnn" else self.f(u))])
        if self.cell == "gru":
            r, z = sigmoid(self.drive(h, x, "_r")), sigmoid(self.drive(h, x, "_z"))
            n = np.tanh(self.source(x, "_n") + r * (self.weights("W_n") @ h + self.p.get("b_hn", 0)))
            return np.stack([(1 - z) * n + z * h])
        if self.cell == "lstm":
            i, f, o = (sigmoid(self.drive(h, x, gate)) for gate in ("_i", "_f", "_o"))
            memory = f * s[0] + i * np.tanh(self.drive(h, x, "_g"))
            return np.stack([memory, o * np.tanh(memory)])
        voltage = self.c["alpha"] * s[0] + self.c["zeta"] * self.drive(h, x) - float(self.options["threshold"]) * h
        pause = max(int(self.options["refractory"]) - 1, 0)
        counter = np.maximum(s[-1] - 1, 0) + pause * h
        if self.cell == "lif":
            return np.stack([voltage, counter])
        return np.stack([voltage, self.c["rho"] * s[1] + h, counter])

    def run(self, inputs):
        """Inputs [trial, step, input] to rates [trial, step, unit] and outputs [trial, step, output]."""
        n_trials, n_steps, _ = inputs.shape
        state, filtered, rates, outputs = self.start(n_trials), 0, [], []
        for t in range(n_steps):
            state = self.step(state, inputs[:, t].T.astype(float))
            rates.append(self.rates(state))
            filtered = self.kappa * filtered + (1 - self.kappa) * (self.p["W_out"] @ rates[-1])
            outputs.append(filtered + self.p["b_out"])
        return np.stack(rates, 1).transpose(2, 1, 0), np.stack(outputs, 1).transpose(2, 1, 0)


class Layers:
    """A feedforward network of one run at one level: every step of a trial passes by itself."""

    def __init__(self, file, run, level):
        tables, which = file["architectures"], int(file["design/architecture"][run])
        self.options = dict(re.findall(r"[/,](\w+)=([^,(\[]+)", texts(tables["variant"])[which]))
        self.name, self.n_outputs = texts(tables["name"])[which], int(tables["n_outputs"][which])
        self.n_units = int(tables["n_units"][which])
        self.p = Network.blocks(tables, "parameter", which, file["snapshots/parameters"][run, level])

    def f(self, z):
        name, beta = self.options.get("activation", "sigmoid"), float(self.options.get("beta", 1))
        if name == "softplus":
            return np.logaddexp(0, beta * z) / beta
        return np.maximum(z, float(self.options["slope"]) * z) if name == "leaky_relu" else ACTIVATIONS[name](z)

    def run(self, inputs):
        """Inputs [trial, step, input] to the activities of all layers [trial, step, unit] and outputs [trial, step, output]."""
        h, n_layers = [inputs.transpose(2, 0, 1).astype(float)], sum(name.startswith("W_") for name in self.p)
        for l in range(1, n_layers + 1):
            weights = self.p[f"W_{l}"]
            z = np.tensordot(weights, h[l - 1][:weights.shape[1]], 1)  # a tower reads the first units below
            if f"S_{l}" in self.p:
                z += np.tensordot(self.p[f"S_{l}"], h[l - 2], 1)
            if f"b_{l}" in self.p:
                z += self.p[f"b_{l}"][:, :, None]
            h.append(self.f(z) if l < n_layers or self.name != "mlp" else z)
            if self.options.get("skip") == "residual" and 1 < l < n_layers and len(z) == len(h[l - 2]):
                h[l] = h[l] + h[l - 2]
        return np.concatenate(h[1:]).transpose(1, 2, 0), h[-1][:self.n_outputs].transpose(1, 2, 0)


def network_of(file, run, level):
    """The network of one run at one level, of whichever family."""
    name = texts(file["architectures/name"])[int(file["design/architecture"][run])]
    return (Layers if name in ("mlp", "square", "stochastic_binary", "tower") else Network)(file, run, level)


def representation(file, rates):
    """[sample, unit] of rates, [sample, output] of outputs: the mean over the trials of each sample's condition at its step."""
    of_trial, condition, step = file["task/trial_condition"][()], file["snapshots/condition"][()], file["snapshots/step"][()]
    return np.stack([rates[of_trial == c, t].mean(0) for c, t in zip(condition, step)])


def error(file, outputs):
    """Cross-entropy, or the squared error of each output relative to the scale of its target, averaged."""
    mask = file["task/mask"][()].astype(float)
    loss = texts(file["task/loss"])[0]
    if loss in ("sigmoid_cross_entropy", "class_squared_error"):
        right = np.eye(outputs.shape[-1])[np.where(mask > 0, file["task/classes"][()], 0)]
        each = (outputs - right)**2 / 2 if loss == "class_squared_error" else np.logaddexp(0, outputs) - right * outputs
        return (mask * each.sum(-1)).sum() / mask.sum()
    if loss == "cross_entropy":
        logits = outputs - outputs.max(-1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        classes = np.where(mask > 0, file["task/classes"][()], 0)
        return -(mask * np.take_along_axis(log_p, classes[..., None], -1)[..., 0]).sum() / mask.sum()
    targets = np.where(mask > 0, file["task/targets"][()].astype(float), 0)
    weight = mask.sum((0, 1))
    counted = weight > 0
    mask, targets, outputs, weight = mask[..., counted], targets[..., counted], outputs[..., counted], weight[counted]
    square = (mask * targets**2).sum((0, 1)) / weight
    variance = (mask * (targets - (mask * targets).sum((0, 1)) / weight)**2).sum((0, 1)) / weight
    others = square[square > 0].mean() if (square > 0).any() else 1
    scale = np.where(variance > 1e-12 * square, variance, np.where(square > 0, square, others))
    return ((mask * (outputs - targets)**2).sum((0, 1)) / weight / scale).mean()


def procrustes(a, b):
    """Angle that remains after the best rotation (Williams et al. 2021)."""
    a, b = a - a.mean(0), b - b.mean(0)
    size = min(a.shape[1], b.shape[1])
    cosine = np.linalg.svd(a.T @ b, compute_uv=False)[:size].sum() / np.linalg.norm(a) / np.linalg.norm(b)
    return np.arccos(min(cosine, 1))


def stored_representation(file, run, level):
    """Activity [sample, unit] on the evaluation trials. A compressed one is rebuilt from means, scores and loadings: what
    is missing has the share snapshots/rest of the norm of its deviations from the means."""
    snapshots = file["snapshots"]
    n_units = snapshots["n_units"][run]
    if "representation" in snapshots:
        return snapshots["representation"][run, level, :, :n_units]
    n = snapshots["n_components"][run, level]
    scores, loadings = snapshots["scores"][run, level, :n], snapshots["loadings"][run, level, :n, :n_units]
    return snapshots["means"][run, level, :n_units] + scores.T @ loadings


def speeds(file, network, run, level):
    """q = |x - F(x)|² / 2 at each stored fixed point, recomputed, and what the file says."""
    found = []
    inputs = dict(zip(texts(file["task/context"]), file["task/context_input"]))
    for context, name in enumerate(texts(file["dynamics/context"])):
        for point, q in zip(file["dynamics/fixed_points"][run, level, context], file["dynamics/speed"][run, level, context]):
            if np.isnan(q):
                continue
            state = point[:network.start(1).size].reshape(network.start(1).shape)
            after = network.step(state, inputs[name][:, None])
            found.append((0.5 * np.sum((after - state)**2), q))
    return found


def main(path, run=0):
    with h5py.File(path, "r") as file:
        inputs, levels = file["task/inputs"][()], texts(file["snapshots/level"])
        for level, name in enumerate(levels):
            if file["snapshots/update"][run, level] < 0:
                print(f"{name}: never reached")
                continue
            network = network_of(file, run, level)
            rates, outputs = network.run(inputs)
            stored = stored_representation(file, run, level)
            difference = np.abs(representation(file, rates) - stored).max()
            line = f"{name}: representation within {difference:.1e}; "
            if "outputs" in file["snapshots"]:
                difference = np.abs(representation(file, outputs) - file["snapshots/outputs"][run, level]).max()
                line += f"outputs within {difference:.1e}; "
            print(line + f"error {error(file, outputs):.6f}, stored {file['snapshots/error'][run, level]:.6f}")
            others = [r for r in range(len(file["design/run"])) if r != run and file["snapshots/update"][r, level] >= 0]
            if others and "similarity/procrustes" in file:
                other = stored_representation(file, others[0], level)
                distance = procrustes(stored.astype(float), other.astype(float))
                print(f"    distance to run {others[0]}: {distance:.12f}, "
                      f"stored {file['similarity/procrustes'][level, run, others[0]]:.12f}")
        if "dynamics" in file:
            for now, then in speeds(file, network, run, level):
                print(f"    fixed point: speed {now:.2e}, stored {then:.2e}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
