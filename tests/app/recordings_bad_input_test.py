"""Recordings that hold what cannot be compared, in every format: one line before anything is trained, or what is left out is
said and the rest is what NumPy makes of it."""

import json
import unittest

import cohort_program
from cohort_program import RECORDING_SHAPE, ProgramTest, h5py, numpy
from formats_test import save_mat73
from nwb_test import write_table

try:
    import scipy.io
except ImportError:
    scipy = None

N_UNITS, N_TIMES, N_CONDITIONS = RECORDING_SHAPE
LABELS = [f"reach={45 * reach}deg" for reach in range(N_CONDITIONS)]
STUDY = """[study]
name = "one"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule = "bptt"
architecture = "ctrnn/units=6"
initialization = "gaussian"
seed = 1
[training]
updates = 1
batch = 4
[similarity]
measures = ["procrustes", "linear_predictivity"]
resamples = 5
recordings = [{}]
"""


def write_nwb(path, values):
    """Each condition as a trial of a series, one sample behind the other."""
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.6.0"
        starts = 0.01 * values.shape[1] * numpy.arange(values.shape[2])
        write_table(file.create_group("intervals/trials"), {
            "start_time": starts, "stop_time": starts + 0.01 * values.shape[1], "target": LABELS[:values.shape[2]]})
        series = file.create_group("processing/ecephys/rates")
        series["data"] = values.transpose(2, 1, 0).reshape(-1, values.shape[0])
        series["starting_time"] = 0.0
        series["starting_time"].attrs["rate"] = 100.0


def write_hdf5(path, values):
    with h5py.File(path, "w") as file:
        file["activity"] = values


WRITERS = {"npy": numpy.save, "npz": lambda path, values: numpy.savez(path, activity=values), "h5": write_hdf5,
           "v73.mat": lambda path, values: save_mat73(path, activity=values), "nwb": write_nwb}
if scipy is not None:
    WRITERS["mat"] = lambda path, values: scipy.io.savemat(path, {"activity": values})


def smooth():
    return numpy.random.default_rng(1).standard_normal(RECORDING_SHAPE).cumsum(axis=1)


class RecordingsBadInputTest(ProgramTest):

    def write_all(self, name, values):
        for ending, write in WRITERS.items():
            write(self.path(f"{name}.{ending}"), values)

    @staticmethod
    def entry(file, more=""):
        """As each format must be written down to be read as the same."""
        cut = ', condition = "target"' if file.endswith(".nwb") else ""
        return f'{{ file = "{file}"{cut}{", " + more if more else ""} }}'

    def refused(self, entry, *texts, study=STUDY):
        self.write("bad.toml", study.format(entry))
        for command in (("plan", "bad.toml"), ("run", "bad.toml", "-o", "bad.h5")):
            said = self.cohort(*command, expect=2).err.strip()
            self.assertEqual(len(said.splitlines()), 1, said)
            self.assertIn("bad.toml:", said)
            for text in texts:
                self.assertIn(text, said)

    def test_nan_in_every_format(self):
        values = smooth()
        values[2, 5, 3] = values[2, 6, 4] = numpy.nan
        self.write_all("gap", values)
        for ending in WRITERS:
            with self.subTest(ending):
                self.refused(self.entry("gap." + ending), "it holds NaN in 1 of 7 units and 2 of 8 conditions",
                             'missing = "units" leaves these units out')

    def test_infinity_in_every_format(self):
        values = smooth()
        values[2, 5, 3] = numpy.inf
        self.write_all("inf", values)
        for ending in WRITERS:
            with self.subTest(ending):
                self.refused(self.entry("inf." + ending), "it holds NaN or infinite values")

    def test_what_is_cut_off_in_every_format(self):
        self.write_all("whole", smooth())
        for ending in WRITERS:
            with open(self.path("whole." + ending), "rb") as file:
                whole = file.read()
            for keep in (len(whole) // 3, len(whole) - 40):
                with self.subTest(ending, keep=keep), open(self.path("cut." + ending), "wb") as file:
                    file.write(whole[:keep])
                    file.flush()
                    self.refused(self.entry("cut." + ending), "cut." + ending)

    def test_a_window_outside_of_the_trial_in_every_format(self):
        self.write_all("whole", smooth())
        for ending in WRITERS:
            if ending == "nwb":  # the window is around the start of each condition, all but the first too late
                self.refused(self.entry("whole.nwb", "window = [0, 90000], bin = 20"), "leaves what was recorded")
            else:
                self.refused(self.entry("whole." + ending, "time_step = 10, time_start = -800, window = [0, 9000], bin = 20"),
                             "leaves the trial")

    def test_complex_numbers_texts_and_objects(self):
        odd = {"complex": smooth() + 1j, "texts": numpy.full((3, 4), "a"), "objects": numpy.full((3, 4), None)}
        for name, values in odd.items():
            numpy.save(self.path(name + ".npy"), values, allow_pickle=True)
            numpy.savez(self.path(name + ".npz"), activity=values)
        write_hdf5(self.path("complex.h5"), odd["complex"])
        write_hdf5(self.path("texts.h5"), [["a", "b"], ["c", "d"]])
        files = [f"{name}.{ending}" for name in odd for ending in ("npy", "npz")] + ["complex.h5", "texts.h5"]
        if scipy is not None:
            scipy.io.savemat(self.path("complex.mat"), {"activity": odd["complex"]})
            scipy.io.savemat(self.path("texts.mat"), {"activity": ["abc", "def"]})
            scipy.io.savemat(self.path("objects.mat"), {"activity": [{"a": 1}, {"a": 2}]})
            files += ["complex.mat", "texts.mat", "objects.mat"]
        for file in files:
            with self.subTest(file):
                self.refused(f'"{file}"', file)

    def test_labels_that_are_not_those_of_the_task(self):
        labels = ["up"] + LABELS[1:]
        numpy.savez(self.path("l.npz"), activity=smooth(), conditions=labels)
        save_mat73(self.path("l.mat"), activity=smooth(), conditions=labels)
        with h5py.File(self.path("l.h5"), "w") as file:
            file["activity"], file["conditions"] = smooth(), labels
        numpy.save(self.path("l.npy"), smooth())
        for file in ("l.npz", "l.mat", "l.h5"):
            self.refused(f'"{file}"', "has other conditions (it names 8 conditions (up, reach=45deg")
        self.refused(f'{{ file = "l.npy", conditions = {json.dumps(labels)} }}', "has other conditions")
        self.refused(f'{{ file = "l.npy", conditions = {json.dumps(labels[1:])} }}', "7 conditions are named")

    def test_fewer_conditions_than_folds(self):
        values = smooth()
        values[0, 0, :6] = numpy.nan
        numpy.save(self.path("few.npy"), values)
        self.refused('{ file = "few.npy", missing = "conditions" }', "measure 'linear_predictivity' needs several conditions",
                     "there are 2")
        numpy.save(self.path("none.npy"), numpy.full(RECORDING_SHAPE, numpy.nan))
        self.refused('{ file = "none.npy", missing = "units" }', "no unit of", "every unit holds NaN")
        self.refused('{ file = "none.npy", missing = "condition" }', 'missing = "condition" means nothing')
        numpy.save(self.path("flat.npy"), values.transpose(2, 1, 0).reshape(-1, N_UNITS))
        self.refused('{ file = "flat.npy", missing = "conditions" }', "conditions of", "they are not known")

    def test_what_is_missing_is_left_out_of_both_sides(self):
        """Of one network, which has no other to be compared with."""
        values = smooth()
        values[2, 5, 3] = numpy.nan
        self.write_all("gap", values)
        entries = [self.entry("gap.npz", 'name = "c", missing = "conditions"'),
                   self.entry("gap.npy", 'name = "u", missing = "units"'),
                   self.entry("gap.nwb", 'name = "n", missing = "conditions"'),
                   self.entry("gap.npy", 'name = "p", missing = "conditions"')]
        numpy.savez(self.path("gap.npz"), activity=values[:, :, ::-1], conditions=LABELS[::-1])
        self.write("gap.toml", STUDY.format(", ".join(entries)))
        for text in ("1 of 8 conditions are left out, of what stands beside it too, they hold NaN: reach=135deg",
                     "1 of 7 units are left out, they hold NaN: 2"):
            self.assertIn(text, self.cohort("plan", "gap.toml").out)
        self.cohort("run", "gap.toml", "-o", "left.h5", ranks=2)
        kept = [0, 1, 2, 4, 5, 6, 7]
        samples = lambda array: array.transpose(2, 1, 0).reshape(-1, array.shape[0])
        with h5py.File(self.path("left.h5"), "r") as file:
            network = file["snapshots/representation"][0, -1].astype(float)
            beside = network.reshape(N_CONDITIONS, N_TIMES, -1)[kept].reshape(-1, network.shape[1])
            for name in "cnp":
                self.assertEqual(file[f"recordings/{name}_kept_conditions"][()].tolist(), kept)
                numpy.testing.assert_array_equal(file[f"recordings/{name}"][()], samples(values[:, :, kept]))
            whole = samples(values[[0, 1, 3, 4, 5, 6]])
            numpy.testing.assert_array_equal(file["recordings/u"][()], whole)
            self.assertNotIn("u_kept_conditions", file["recordings"])
            distances = file["similarity/procrustes_recording"][-1, 0]
            self.assertAlmostEqual(distances[0], self.angle(beside, samples(values[:, :, kept])), 9)
            self.assertAlmostEqual(distances[1], self.angle(network, whole), 9)
            self.assertEqual(distances[[2, 3]].tolist(), [distances[0]] * 2)
            self.assertTrue(numpy.isfinite(file["similarity/linear_predictivity_recording"][-1, 0]).all())
        self.cohort("verify", "left.h5")

    @staticmethod
    def angle(x, y):
        x, y = x - x.mean(0), y - y.mean(0)
        c = numpy.linalg.svd(x.T @ y, compute_uv=False).sum() / numpy.linalg.norm(x) / numpy.linalg.norm(y)
        return numpy.arccos(min(1, c))


if __name__ == "__main__":
    cohort_program.main()
