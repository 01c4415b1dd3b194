"""Windows, bins, smoothing and units of recordings: the distances of a study recomputed from its file with NumPy."""

import json

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

STEP = 20  # ms of the task
STUDY = """[study]
name = "choice"
[task]
name = "perceptual_decision"
dt = 20
[factors]
rule = "bptt"
architecture = "ctrnn/units=8"
initialization = "gaussian"
seed = 2
[training]
updates = 2
[similarity]
measures = ["procrustes", "linear_predictivity"]
recordings = [{}]
"""


def angle(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    c = numpy.linalg.svd(x.T @ y, compute_uv=False).sum() / numpy.linalg.norm(x) / numpy.linalg.norm(y)
    return numpy.arccos(min(1, c))


def by_condition(values, n_conditions):
    return values.reshape(n_conditions, -1, values.shape[1])


class RecordingChoiceTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("bare.toml", STUDY.format("").replace('recordings = []\n', ""))
        cls.cohort("run", "bare.toml", "-o", "bare.h5")
        with h5py.File(cls.path("bare.h5"), "r") as file:
            condition = file["snapshots/condition"][()]
        cls.n_conditions = int(condition.max()) + 1
        cls.n_steps = len(condition) // cls.n_conditions
        rng = numpy.random.default_rng(3)
        # 5 ms samples from -100 ms: 7 units, one of them slow.
        cls.rates = 20 + rng.normal(size=(7, 80, cls.n_conditions)).cumsum(axis=1)
        cls.rates[2] = 0.1
        numpy.save(cls.path("m1.npy"), cls.rates)

    def run_with(self, entry, expect=0, ranks=1):
        self.write("study.toml", STUDY.format("{ file = \"m1.npy\", name = \"m1\", " + entry + " }"))
        return self.cohort("run", "study.toml", "-o", "results.h5", expect=expect, ranks=ranks)

    def test_a_window_in_bins_beside_a_window_of_the_networks(self):
        self.run_with("time_start = -100, time_step = 5, window = [0, 200], bin = 40, network_window = [100, 300], "
                      "minimum_rate = 1, soft_normalize = 5", ranks=2)
        recorded = self.rates[[0, 1, 3, 4, 5, 6], 20:60].reshape(6, 5, 8, self.n_conditions).mean(axis=2)
        recorded = recorded.transpose(2, 1, 0).reshape(-1, 6)
        recorded = recorded / (recorded.max(0) - recorded.min(0) + 5)
        with h5py.File(self.path("results.h5"), "r") as file:
            numpy.testing.assert_allclose(file["recordings/m1"][()], recorded, rtol=1e-12)
            times = file["recordings/m1_network_times"][()]
            expected = numpy.zeros((5, self.n_steps))
            first = int(file["snapshots/representation"].attrs.get("first_step", 0))
            for b in range(5):
                expected[b, 5 - first + 2 * b: 7 - first + 2 * b] = 0.5
            numpy.testing.assert_allclose(times, expected, atol=1e-15)
            for run in range(2):
                network = by_condition(file["snapshots/representation"][run, -1].astype(float), self.n_conditions)
                network = numpy.einsum("bt,ctu->cbu", times, network).reshape(-1, network.shape[2])
                self.assertAlmostEqual(file["similarity/procrustes_recording"][-1, run, 0], angle(network, recorded),
                                       delta=1e-9)
            self.assertTrue(numpy.isfinite(file["similarity/linear_predictivity_recording"][()]).all())

    def test_another_window_is_computed_again_and_nothing_is_trained(self):
        choice = "time_start = -100, time_step = 5, bin = 40, network_window = [0, 200], window = "
        self.run_with(choice + "[0, 200]")
        first = self.read("results.h5", "/similarity/procrustes_recording")
        started = self.read("results.h5", "/state/started")
        self.run_with(choice + "[40, 240]")
        self.assertTrue((self.read("results.h5", "/similarity/procrustes_recording") != first).any())
        recorded = self.rates[:, 28:68].reshape(7, 5, 8, self.n_conditions).mean(axis=2).transpose(2, 1, 0)
        numpy.testing.assert_allclose(self.read("results.h5", "/recordings/m1"), recorded.reshape(-1, 7), rtol=1e-12)
        self.cohort("verify", "results.h5")
        numpy.testing.assert_array_equal(self.read("results.h5", "/state/started"), started)

    def test_smoothing_and_components(self):
        self.run_with("time_start = -100, time_step = 5, window = [0, 200], smooth = 15, bin = 20, components = 3, "
                      "network_window = [0, 200]")
        width, rates = 3.0, self.rates.transpose(2, 1, 0)  # conditions, times, units
        lags = numpy.arange(80)[:, None] - numpy.arange(80)
        kernel = numpy.where(abs(lags) <= 4 * width, numpy.exp(-(lags / width) ** 2 / 2), 0)
        smooth = numpy.einsum("ts,csu->ctu", kernel / kernel.sum(1, keepdims=True), rates)[:, 20:60]
        binned = smooth.reshape(self.n_conditions, 10, 4, 7).mean(2).reshape(-1, 7)
        centred = binned - binned.mean(0)
        scores = centred @ numpy.linalg.svd(centred, full_matrices=False)[2][:3].T
        stored = self.read("results.h5", "/recordings/m1")
        numpy.testing.assert_allclose(abs(stored), abs(scores), atol=1e-9)

    def test_conditions_are_matched_by_name(self):
        rates = self.rates[:, :, :2]
        numpy.save(self.path("two.npy"), rates)
        numpy.save(self.path("turned.npy"), rates[:, :, ::-1])
        entries = [f'{{ file = "{file}.npy", name = "{file}", conditions = {json.dumps(labels)}, time_step = 5, '
                   'window = [0, 200], bin = 40, network_window = [0, 200] }'
                   for file, labels in (("two", ["nogo", "go"]), ("turned", ["go", "nogo"]))]
        self.write("named.toml", STUDY.format(", ".join(entries)).replace("perceptual_decision", "go_nogo")
                   .replace(", \"linear_predictivity\"", ""))
        self.cohort("run", "named.toml", "-o", "named.h5")
        distances = self.read("named.h5", "/similarity/procrustes_recording")
        self.assertTrue(numpy.isfinite(distances).all())
        numpy.testing.assert_array_equal(distances[..., 0], distances[..., 1])

    def test_what_does_not_fit_is_one_line_before_any_work(self):
        times = "time_start = -100, time_step = 5, "
        cases = {
            "window = [0, 200]": "the times of the samples are not known",
            times + "window = [0, 400], bin = 40": "window [0, 400] ms leaves the trial",
            times + "window = [200, 0], bin = 40": "is empty",
            times + "window = [0]": "window has 1 numbers",
            times + "window = [0, 200], bin = 40, network_window = [0, 100]": "does not fit the task",
            times + "window = [0, 200], bin = 2": "bins of 2 ms are too short",
            times + "window = [0, 200], bin = 10, network_window = [0, 200]":
                "networks cannot be cut as the recording is (bins of 10 ms are too short",
            times + "minimum_rate = 1000": "no unit is left",
            times + "smoothing = 3": "unknown key 'smoothing'",
            times + "components = 90, bin = 40, window = [0, 200], network_window = [0, 200]": "there are no 90 components",
        }
        for entry, expected in cases.items():
            said = self.run_with(entry, expect=2).err.strip()
            self.assertIn(expected, said)
            self.assertIn("study.toml:15", said)
            self.assertEqual(len(said.splitlines()), 1, said)


if __name__ == "__main__":
    cohort_program.main()
