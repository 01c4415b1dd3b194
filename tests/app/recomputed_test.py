"""What the program computed, computed again with NumPy from the results file alone: distances of every pair, to a
recording, its baseline and ceiling; errors; and the fixed points of the last network in each context. Of a study with
noisy units, two contexts and several levels, and for each number also that another one would have been noticed."""

import importlib.util
import itertools
import os

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "read_results.py")
spec = importlib.util.spec_from_file_location("read_results", SCRIPT)
read_results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_results)

FIXED_Q, SLOW_Q = 1e-20, 1e-8  # what include/cohort/dynamics/fixed_points.hpp promises
STUDY = """[study]
name = "recomputed"
seed = 5
[task]
name = "context_integration_mante_2013"
[factors]
rule           = ["bptt", "eprop"]
architecture   = ["ctrnn/units=8,noise=0.2", "rate/units=6,noise=0.1"]
initialization = ["gaussian/gain=1.2"]
seed           = 2
[training]
updates   = 30
batch     = 8
optimizer = "adam/rate=2e-2"
[snapshots]
at_updates = [0, 10]
at_error   = [5.0]
weights    = true
[similarity]
measures   = ["procrustes", "procrustes/distance=euclidean"]
recordings = ["recording.npy"]
resamples  = 5
float32    = {float32}
[dynamics]
fixed_points = {{ starts = 24 }}
"""


def euclidean(a, b):
    a, b = a - a.mean(0), b - b.mean(0)
    nuclear = numpy.linalg.svd(a.T @ b, compute_uv=False).sum()
    return numpy.sqrt(max((a**2).sum() + (b**2).sum() - 2 * nuclear, 0))


MEASURES = {"procrustes": read_results.procrustes, "procrustes_distance_euclidean": euclidean}


def normalized(dataset, value):
    """By the expression that the dataset itself gives."""
    scope = {"pi": numpy.pi, "sqrt": numpy.sqrt, "value": value}
    exec(dataset.attrs["normalization"], scope)
    return scope["normalized"]


class RecomputedTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("bare.toml", STUDY.format(float32="false").replace('recordings = ["recording.npy"]', ""))
        cls.cohort("run", "bare.toml", "-o", "bare.h5")
        with h5py.File(cls.path("bare.h5"), "r") as file:
            conditions = file["snapshots/condition"][()]
        n_conditions = conditions.max() + 1
        cls.shape = (9, len(conditions) // n_conditions, n_conditions)  # units, times, conditions
        numpy.save(cls.path("recording.npy"), numpy.random.default_rng(4).standard_normal(cls.shape).cumsum(axis=1))
        cls.write("study.toml", STUDY.format(float32="false"))
        cls.cohort("run", "study.toml", "-o", "results.h5", ranks=2)

    def setUp(self):
        self.file = h5py.File(self.path("results.h5"), "r")
        self.addCleanup(self.file.close)
        self.n_runs, self.n_levels = self.file["snapshots/update"].shape

    def representation(self, run, level):
        values = self.file["snapshots/representation"][run, level].astype(float)
        return values[:, ~numpy.isnan(values[0])]

    def recording(self):
        return numpy.load(self.path("recording.npy")).transpose(2, 1, 0).reshape(-1, self.shape[0])

    def test_errors_are_of_the_networks_of_their_levels(self):
        inputs, seen = self.file["task/inputs"][()], set()
        for run, level in itertools.product(range(self.n_runs), range(self.n_levels)):
            if self.file["snapshots/update"][run, level] < 0:
                continue
            network = read_results.Network(self.file, run, level)
            rates, outputs = network.run(inputs)
            stored = self.representation(run, level)
            self.assertLess(numpy.abs(read_results.representation(self.file, rates) - stored).max(), 5e-5)
            error = self.file["snapshots/error"][run, level]
            numpy.testing.assert_allclose(read_results.error(self.file, outputs), error, rtol=1e-4)
            seen.add(round(float(error), 6))
        self.assertGreater(len(seen), 2 * self.n_runs, "levels and runs differ: a wrong one would be noticed")

    def test_distances_between_runs(self):
        for name, measure in MEASURES.items():
            dataset = self.file["similarity"][name]
            self.assertNotIn(name + "_normalized", self.file["similarity"])
            for level in range(self.n_levels):
                for a, b in itertools.product(range(self.n_runs), repeat=2):
                    x, y, stored = self.representation(a, level), self.representation(b, level), dataset[level, a, b]
                    if x.size == 0 or y.size == 0:
                        self.assertTrue(numpy.isnan(stored))
                    elif numpy.array_equal(x, y):  # itself, or the same weights before training
                        self.assertEqual(stored, 0)
                    else:
                        numpy.testing.assert_allclose(stored, measure(x, y), rtol=1e-9)
            self.assertGreater(len(set(dataset[:][numpy.isfinite(dataset[:])].round(9))), self.n_runs * self.n_runs // 2)

    def test_distances_to_the_recording_and_its_baseline(self):
        for name, measure in MEASURES.items():
            raw, divided = (self.file["similarity"][name + suffix] for suffix in ("_recording", "_recording_normalized"))
            for level, run in itertools.product(range(self.n_levels), range(self.n_runs)):
                own = self.representation(run, level)
                if own.size:
                    distance = measure(own, self.recording())
                    numpy.testing.assert_allclose(raw[level, run, 0], distance, rtol=1e-9)
                    numpy.testing.assert_allclose(divided[level, run, 0], normalized(raw, distance), rtol=1e-9)
            rates = numpy.load(self.path("recording.npy"))
            mean = rates.mean(axis=2, keepdims=True).repeat(rates.shape[2], axis=2)
            baseline = self.file["similarity"][name + "_baseline"]
            expected = measure(self.recording(), mean.transpose(2, 1, 0).reshape(-1, self.shape[0]))
            numpy.testing.assert_allclose(baseline[0], expected, rtol=1e-9)

    def test_ceiling_lies_between_the_closest_and_farthest_halves(self):
        recording, n = self.recording(), self.shape[0] // 2
        for name, measure in MEASURES.items():
            distances = []
            for first in itertools.combinations(range(self.shape[0]), n):
                rest = [unit for unit in range(self.shape[0]) if unit not in first]
                for second in itertools.combinations(rest, n):
                    distances.append(measure(recording[:, first], recording[:, second]))
            ceiling, deviation = (self.file["similarity"][name + suffix][0] for suffix in ("_ceiling", "_ceiling_sd"))
            self.assertTrue(min(distances) < ceiling < max(distances))
            self.assertTrue(0 < deviation < max(distances) - min(distances))
            dataset = self.file["similarity"][name + "_ceiling"]
            numpy.testing.assert_allclose(self.file["similarity"][name + "_ceiling_normalized"][0],
                                          normalized(dataset, ceiling), rtol=1e-12)

    def q(self, network, context, point):
        state = point[:network.start(1).size].reshape(network.start(1).shape)
        after = network.step(state, self.file["task/context_input"][context][:, None])
        return 0.5 * numpy.sum((after - state)**2)

    def test_fixed_points_are_those_of_the_last_network_in_each_context(self):
        dynamics, last = self.file["dynamics"], self.n_levels - 1
        n_contexts = dynamics["fixed_points"].shape[2]
        self.assertGreaterEqual(n_contexts, 2)
        n_points = 0
        for run, context in itertools.product(range(self.n_runs), range(n_contexts)):
            network, first = read_results.Network(self.file, run, last), read_results.Network(self.file, run, 0)
            for kind, point, stored in zip(dynamics["kind"][run, last, context], dynamics["fixed_points"][run, last, context],
                                           dynamics["speed"][run, last, context]):
                if kind == 0:
                    self.assertTrue(numpy.isnan(stored))
                    continue
                n_points += 1
                q = self.q(network, context, point)
                low, high = (0, FIXED_Q) if kind == 1 else (FIXED_Q, SLOW_Q)
                self.assertTrue(low <= stored < high, (kind, stored))
                # Weights are stored in single precision and the point is that of the very numbers stored.
                self.assertLess(abs(numpy.sqrt(2 * q) - numpy.sqrt(2 * stored)), 1e-12, (run, context))
                self.assertGreater(self.q(first, context, point), 1e-10, "the first network moves there")
                other = (context + 1) % n_contexts
                self.assertGreater(self.q(network, other, point), 1e-10, "it moves there in the other context")
        self.assertGreaterEqual(n_points, self.n_runs)

    def test_single_precision_is_the_same_matrix_rounded_once(self):
        self.write("single.toml", STUDY.format(float32="true"))
        self.cohort("run", "single.toml", "-o", "single.h5")
        self.cohort("verify", "single.h5")
        with h5py.File(self.path("single.h5"), "r") as single:
            for name in MEASURES:
                self.assertEqual(single["similarity"][name].dtype, numpy.float32)
                numpy.testing.assert_array_equal(single["similarity"][name][()],
                                                 self.file["similarity"][name][()].astype(numpy.float32))
        sizes = {name: float(self.cohort("plan", name).out.split("for each run, ")[1].split()[0])
                 for name in ("study.toml", "single.toml")}
        self.assertEqual(sizes["study.toml"] - sizes["single.toml"], 2 * 4 * 2 * self.n_levels,
                         "a pair counts twice, four bytes less, for two measures at each level")
        # Changed back, it is computed again: a rounded number is not the number.
        self.cohort("run", "study.toml", "-o", "single.h5")
        with h5py.File(self.path("single.h5"), "r") as double:
            for name in MEASURES:
                numpy.testing.assert_array_equal(double["similarity"][name][()], self.file["similarity"][name][()])


if __name__ == "__main__":
    cohort_program.main()
