"""Recordings of NumPy, SciPy's and h5py's making are read as they were meant: the numbers are those of the same .npy."""

import json
import os
import unittest

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

try:
    import scipy.io
except ImportError:
    scipy = None

SHARED = os.environ.get("COHORT_SHARED_DIR",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared"))
AXES = ["units", "time", "conditions"]

STUDY = """[study]
name = "formats"
[task]
name = "perceptual_decision"
[factors]
rule = "bptt"
architecture = "ctrnn/units=8"
initialization = "gaussian"
seed = 2
[training]
updates = 1
[similarity]
measures = "procrustes"
recordings = [{}]
"""


def rates(shape=(5, 7, 3), seed=1):
    return numpy.random.default_rng(seed).normal(size=shape)


def save_mat73(path, **variables):
    """As MATLAB 7.3 does: HDF5 behind 512 bytes of its own, axes the other way round, cells as references."""
    with h5py.File(path, "w", userblock_size=512) as file:
        refs = file.create_group("#refs#")
        for name, value in variables.items():
            if isinstance(value, list):
                cells = []
                for i, text in enumerate(value):  # texts or arrays
                    is_text = isinstance(text, str)
                    data = numpy.array([[ord(c)] for c in text], "u2") if is_text else numpy.ascontiguousarray(text.T)
                    cell = refs.create_dataset(f"{name}{i}", data=data)
                    cell.attrs["MATLAB_class"] = numpy.bytes_("char" if is_text else "double")
                    cells.append([cell.ref])
                made = file.create_dataset(name, data=numpy.array(cells, h5py.ref_dtype), dtype=h5py.ref_dtype)
                made.attrs["MATLAB_class"] = numpy.bytes_("cell")
            else:
                made = file.create_dataset(name, data=numpy.ascontiguousarray(value.T))
                made.attrs["MATLAB_class"] = numpy.bytes_("single" if value.dtype == "f4" else "double")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


class FormatsTest(ProgramTest):

    def setUp(self):
        self.values = rates()
        numpy.save(self.path("same.npy"), self.values)

    def compared(self, file, *words, to="same.npy"):
        return json.loads(self.cohort("compare", file, to, "--json", *words).out)

    def assert_same(self, file, *words):
        said = self.compared(file, *words)
        self.assertEqual(said["measures"][0]["value"], 0)
        self.assertEqual((said["a"]["axes"], said["a"]["shape"]), (AXES, list(self.values.shape)))
        # 0 would also be found between any two turned alike: the numbers themselves, beside another array.
        numpy.save(self.path("other.npy"), rates(seed=2))
        self.assertEqual(self.compared(file, *words, to="other.npy")["measures"],
                         self.compared("same.npy", to="other.npy")["measures"])

    def refused(self, file, *words):
        said = self.cohort("compare", file, "same.npy", *words, expect=2).err.strip()
        self.assertEqual(len(said.splitlines()), 1, said)
        return said

    # ---- NumPy

    def test_npz_by_its_usual_name_by_being_alone_and_by_name(self):
        numpy.savez(self.path("usual.npz"), activity=self.values, more=rates((4, 4)))
        self.assert_same("usual.npz")
        numpy.savez_compressed(self.path("alone.npz"), r=self.values, time=numpy.arange(7.0), n=3)
        self.assert_same("alone.npz")
        numpy.savez(self.path("named.npz"), a=rates((2, 2)), r=numpy.asfortranarray(self.values))
        self.assert_same("named.npz/r")

    def test_npz_says_its_axes_and_conditions(self):
        numpy.savez(self.path("turned.npz"), activity=self.values.T, axes=["conditions", "time", "units"])
        said = self.compared("turned.npz")
        self.assertEqual((said["a"]["axes"], said["measures"][0]["value"]), (["conditions", "time", "units"], 0))
        numpy.savez(self.path("labels.npz"), activity=self.values, conditions=["left", "r\u00e9el"])
        self.assertIn("names 2 conditions", self.refused("labels.npz"))
        numpy.savez(self.path("bytes.npz"), activity=self.values, axes=numpy.array(AXES, "S"))
        self.assert_same("bytes.npz")

    def test_what_is_no_npz_recording_is_one_line(self):
        numpy.savez(self.path("two.npz"), a=rates(), b=rates())
        said = self.refused("two.npz")
        self.assertIn("holds 2 arrays (a, b; none is called activity)", said)
        self.assertIn("two.npz/a", said)
        self.assertIn("Did you mean 'rates'", self.refused_of(numpy.savez, "typo.npz", "/rate", rates=self.values))
        self.assertIn("no array has two dimensions", self.refused_of(numpy.savez, "none.npz", "", a=numpy.arange(3.0)))
        self.assertIn("complex", self.refused_of(numpy.savez, "complex.npz", "", activity=self.values + 1j)
                      .replace("type '<c16'", "complex"))
        self.refused_of(numpy.savez, "object.npz", "", activity=numpy.array([[1, "a"], [None, 2]], object))
        with open(self.path("two.npz"), "rb") as file:
            whole = file.read()
        for keep in (40, len(whole) // 2, len(whole) - 10):
            self.write_bytes("cut.npz", whole[:keep])
            self.assertIn("cut.npz", self.refused("cut.npz"))

    def refused_of(self, save, name, inside, **arrays):
        save(self.path(name), **arrays)
        return self.refused(name + inside)

    def write_bytes(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    # ---- MATLAB

    @unittest.skipIf(scipy is None, "Debian: python3-scipy")
    def test_mat_of_version_5_of_every_type_compressed_or_not(self):
        for compressed in (False, True):
            for kind in ("f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"):
                self.values = numpy.round(20 * numpy.abs(rates())).astype(kind)
                numpy.save(self.path("same.npy"), self.values)
                scipy.io.savemat(self.path("m.mat"), {"activity": self.values, "n": 3}, do_compression=compressed)
                self.assert_same("m.mat")

    @unittest.skipIf(scipy is None, "Debian: python3-scipy")
    def test_mat_structures_axes_and_cells_of_labels(self):
        session = {"rates": self.values.T, "axes": numpy.array(["conditions", "time", "units"], object),
                   "time": numpy.arange(7.0)}
        scipy.io.savemat(self.path("s.mat"), {"day": {"session": session}})
        for path in ("s.mat", "s.mat/day/session/rates"):
            said = self.compared(path)
            self.assertEqual((said["a"]["axes"], said["measures"][0]["value"]), (["conditions", "time", "units"], 0))
        scipy.io.savemat(self.path("c.mat"), {"activity": self.values, "conditions": ["left", "up"]})
        self.assertIn("names 2 conditions", self.refused("c.mat"))  # rows of characters, padded by MATLAB

    @unittest.skipIf(scipy is None, "Debian: python3-scipy")
    def test_what_is_no_mat_recording_is_one_line(self):
        save = lambda path, **variables: scipy.io.savemat(path, variables)
        self.assertIn("complex", self.refused_of(save, "complex.mat", "", activity=self.values + 1j))
        self.assertIn("holds 2 arrays", self.refused_of(save, "two.mat", "", a=rates(), b=rates((2, 3))))
        self.assertIn("has no array 'c'", self.refused_of(save, "two.mat", "/c", a=rates(), b=rates((2, 3))))
        self.assertIn("two dimensions", self.refused_of(save, "row.mat", "", a=numpy.arange(4.0), t="text"))
        sparse = scipy.sparse.eye(4).tocsc() if hasattr(scipy, "sparse") else None
        if sparse is not None:
            self.refused_of(save, "sparse.mat", "", activity=sparse)
        scipy.io.savemat(self.path("whole.mat"), {"activity": rates((40, 50, 3))}, do_compression=True)
        with open(self.path("whole.mat"), "rb") as file:
            whole = file.read()
        for keep in (60, 130, len(whole) // 2):
            self.write_bytes("cut.mat", whole[:keep])
            self.assertIn("cut.mat", self.refused("cut.mat"))

    def test_mat_of_version_7_3(self):
        save_mat73(self.path("m73.mat"), activity=self.values, n=numpy.ones((1, 1)))
        self.assert_same("m73.mat")
        self.values = self.values.astype("f4")
        numpy.save(self.path("same.npy"), self.values)
        save_mat73(self.path("single.mat"), rates=self.values, axes=AXES)
        self.assert_same("single.mat")
        self.assert_same("single.mat/rates")
        save_mat73(self.path("labels.mat"), rates=self.values, conditions=["left", "right"])
        self.assertIn("names 2 conditions", self.refused("labels.mat"))
        self.values = rates()
        numpy.save(self.path("same.npy"), self.values)
        save_mat73(self.path("cells.mat"), trials=[self.values[..., i] for i in range(3)])
        self.assert_same("cells.mat")
        save_mat73(self.path("two73.mat"), a=rates(), b=rates())
        self.assertIn("holds 2 arrays (a, b; none is called activity)", self.refused("two73.mat"))

    # ---- several files

    def test_a_matrix_of_several_files_holds_what_pairs_say(self):
        for i in range(3):
            numpy.save(self.path(f"f{i}.npy"), rates(seed=10 + i))
        files = [f"f{i}.npy" for i in range(3)]
        words = ["--json", "--measure", "procrustes", "linear_predictivity"]
        said = json.loads(self.cohort("compare", *files, *words).out)
        self.assertEqual([one["file"] for one in said["files"]], files)
        for a in range(3):
            for b in range(3):
                pair = json.loads(self.cohort("compare", files[a], files[b], *words).out)["measures"]
                for matrix, one in zip(said["measures"], pair):
                    self.assertEqual((matrix["values"][a][b], matrix["normalized"][a][b]),
                                     (one["value"], one["normalized"]), (a, b, one["measure"]))
        text = self.cohort("compare", *files).out
        self.assertRegex(text, r"procrustes +A +B +C\n-+\nA +0\.000000 ")

    def test_files_that_do_not_go_together_are_refused(self):
        numpy.save(self.path("short.npy"), rates((5, 6, 3)))
        said = self.cohort("compare", "same.npy", "same.npy", "short.npy", expect=2).err
        self.assertIn("21 and 18 samples cannot be compared", said)
        self.assertIn("nothing to compare it with", self.cohort("compare", "same.npy", expect=2).err)
        said = self.cohort("compare", "same.npy", "same.npy", "same.npy", "--axes", "units,time,conditions", "--axes",
                           "units,time,conditions", expect=2).err
        self.assertIn("--axes is given 2 times (there are 3 files)", said)

    def test_a_file_is_described(self):
        numpy.savez(self.path("d.npz"), activity=self.values, conditions=["a", "b", "c"])
        out = self.cohort("compare", "d.npz", "--describe").out
        self.assertIn("read as [units 5, time 7, conditions 3]", out)
        self.assertIn("21 samples x 5 units, 3 conditions of 7 times", out)
        self.assertIn("conditions: a, b, c", out)
        self.assertIn(f"values from {self.values.min():.6g} to {self.values.max():.6g}", out)

    # ---- in a study, beside the results file's own HDF5

    @unittest.skipIf(scipy is None, "Debian: python3-scipy")
    def test_a_study_under_mpirun_reads_a_mat_file_and_gets_the_numbers_of_the_npy(self):
        self.write("plain.toml", STUDY.format(""))
        self.cohort("run", "plain.toml", "-o", "plain.h5")
        shape = self.read("plain.h5", "/snapshots/representation").shape
        values = rates((shape[2], 4))
        numpy.save(self.path("r.npy"), values)
        scipy.io.savemat(self.path("r.mat"), {"activity": values})
        save_mat73(self.path("r73.mat"), activity=values)
        numpy.savez(self.path("r.npz"), activity=values)
        files = ["r.npy", "r.mat", "r73.mat", "r.npz"]
        self.write("all.toml", STUDY.format(", ".join(f'{{ file = "{f}", axes = ["samples", "units"] }}' for f in files)))
        self.cohort("run", "all.toml", "-o", "all.h5", ranks=3)
        distances = self.read("all.h5", "/similarity/procrustes_recording")
        self.assertTrue(numpy.isfinite(distances).all())
        for other in (1, 2, 3):
            numpy.testing.assert_array_equal(distances[..., other], distances[..., 0])

    # ---- real ones

    @unittest.skipIf(scipy is None, "Debian: python3-scipy")
    def test_real_recordings_of_muscles_and_motor_cortex(self):
        if not os.path.isdir(SHARED):
            self.skipTest("the recordings are absent: COHORT_SHARED_DIR")
        emg, bci = os.path.join(SHARED, "data/emg_reach/EMG.mat"), os.path.join(SHARED, "data/bci_golub/exampleData.mat")
        self.values = scipy.io.loadmat(emg)["all_EMG"]
        numpy.save(self.path("same.npy"), self.values)
        said = self.compared(emg)
        self.assertEqual((said["a"]["shape"], said["measures"][0]["value"]), (list(self.values.shape), 0))
        self.assert_same_in_every_format()
        cells = scipy.io.loadmat(bci)["beforeLearning"][0, 0]["clouds"][0, 0]["spikes"][0]
        spikes = numpy.stack([cell.astype(float) for cell in cells], axis=2)  # 86 units, 69 steps, 8 targets
        numpy.save(self.path("same.npy"), spikes)
        said = self.compared(bci + "/beforeLearning/clouds/spikes")
        self.assertEqual((said["a"]["shape"], said["measures"][0]["value"]), ([86, 69, 8], 0))
        self.values = spikes
        self.assert_same_in_every_format()

    def assert_same_in_every_format(self):
        """self.values [units, time, conditions], of which same.npy is one."""
        numpy.savez(self.path("real.npz"), activity=self.values)
        save_mat73(self.path("real73.mat"), activity=self.values)
        with h5py.File(self.path("real.h5"), "w") as file:
            file["activity"] = self.values
        self.save_nwb("real.nwb")
        numpy.save(self.path("other.npy"), rates(self.values.shape, seed=2))
        measures = ["--measure", "procrustes", "cka"]
        expected = self.compared("same.npy", *measures, to="other.npy")["measures"]
        for words in (["real.npz"], ["real73.mat"], ["real.h5"], ["real.nwb", "--condition", "target"]):
            self.assertEqual(self.compared(*words, *measures, to="other.npy")["measures"], expected, words)

    def save_nwb(self, name):
        """Conditions one behind the other in a series, each of them a trial."""
        n_units, n_times, n_conditions = self.values.shape
        starts = 0.01 * n_times * numpy.arange(n_conditions)
        with h5py.File(self.path(name), "w") as file:
            file.attrs["nwb_version"] = "2.6.0"
            trials = {"start_time": starts, "stop_time": starts + 0.01 * n_times, "target": numpy.arange(n_conditions)}
            for column, values in trials.items():
                file[f"intervals/trials/{column}"] = values
            file["processing/behavior/series/data"] = self.values.transpose(2, 1, 0).reshape(-1, n_units)
            file["processing/behavior/series/starting_time"] = 0.0
            file["processing/behavior/series/starting_time"].attrs["rate"] = 100.0


class MissingConditionsTest(ProgramTest):
    """Conditions that one file lacks are left out of all, whatever their order in each."""

    def refused(self, *args, texts):
        said = self.cohort("compare", *args, expect=2).err
        for text in texts:
            self.assertIn(text, said)

    def distance(self, *args):
        return json.loads(self.cohort("compare", *args, "--json").out)["measures"][0]["value"]

    def test_what_one_file_lacks_is_left_out_of_all(self):
        a, b = rates((5, 7, 6)), rates((4, 7, 6), seed=2)
        numpy.save(self.path("a_rest.npy"), a[:, :, [0, 2, 3, 5]])
        numpy.save(self.path("b_rest.npy"), b[:, :, [0, 2, 3, 5]])
        expected = self.distance("a_rest.npy", "b_rest.npy")
        a[1, 2, 1] = b[3, 0, 4] = numpy.nan
        numpy.save(self.path("a.npy"), a)
        numpy.save(self.path("b.npy"), b)
        self.refused("a.npy", "b.npy", texts=["a.npy cannot be compared (it holds NaN"])
        self.assertEqual(self.distance("a.npy", "b.npy", "--missing", "conditions"), expected)
        said = self.cohort("compare", "a.npy", "b.npy", "--missing", "conditions").err
        self.assertIn("a.npy: 1 of 6 conditions are left out, of what stands beside it too, they hold NaN: 1", said)
        self.assertIn("b.npy: 1 of its conditions are left out, others lack them", said)
        labels = list("uvwxyz")
        order = [3, 4, 0, 1, 5, 2]
        numpy.savez(self.path("a.npz"), activity=a, conditions=labels)
        numpy.savez(self.path("b.npz"), activity=b[:, :, order], conditions=[labels[i] for i in order])
        self.assertEqual(self.distance("a.npz", "b.npz", "--missing", "conditions"), expected, "matched by name")

    def test_what_cannot_be_matched(self):
        a = rates((5, 7, 2))
        a[0, 0, 0] = numpy.nan
        numpy.save(self.path("first.npy"), a)
        numpy.save(self.path("second.npy"), a[:, :, ::-1])
        numpy.save(self.path("three.npy"), rates((5, 7, 3)))
        numpy.save(self.path("flat.npy"), rates((14, 5, 1))[:, :, 0])
        options = ("--missing", "conditions")
        self.refused("first.npy", "second.npy", *options, texts=["no condition is left"])
        self.refused("first.npy", "three.npy", *options, texts=["cannot be matched", "there are 2 and 3"])
        self.refused("first.npy", "flat.npy", *options, texts=["cannot be matched", "those of flat.npy are not known"])


if __name__ == "__main__":
    cohort_program.main()
