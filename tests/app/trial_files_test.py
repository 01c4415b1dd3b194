"""Trials and recordings that users bring: the same from NumPy, HDF5 and IDX files, and one line for what is wrong."""

import gzip
import os
import shutil
import struct

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

N_TRIALS, N_STEPS, N_INPUTS = 12, 9, 3
N_REACHES, N_SAMPLES = 4, 30


def trials():
    draw = numpy.random.default_rng(1)
    return {"inputs": draw.normal(size=(N_TRIALS, N_STEPS, N_INPUTS)).astype("float32"),
            "classes": numpy.arange(N_TRIALS) % 3,
            "mask": numpy.tile(numpy.arange(N_STEPS) > 3, (N_TRIALS, 1)),
            "conditions": numpy.arange(N_TRIALS) % 3}


def reaches():
    draw = numpy.random.default_rng(2)
    return {"preparatory": draw.normal(size=(N_REACHES, 5)), "emg": draw.normal(size=(N_REACHES, N_SAMPLES, 2))}


def idx(values, magic=b"\0\0\x08"):
    return magic + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def study(task, architecture="ctrnn/units=8", name="files"):
    return f"""[study]
name = "{name}"
seed = 1

[task]
{task}

[factors]
rule = ["bptt"]
architecture = ["{architecture}"]
initialization = ["gaussian"]
seed = 1

[training]
updates = 3
batch = 4
"""


class TrialFilesTest(ProgramTest):

    def folder(self, name, arrays):
        os.makedirs(self.path(name), exist_ok=True)
        for key, values in arrays.items():
            numpy.save(self.path(f"{name}/{key}.npy"), values)

    def hdf5(self, name, arrays, group="/", **storage):
        with h5py.File(self.path(name), "a") as file:
            for key, values in arrays.items():
                file.require_group(group).create_dataset(key, data=values, **storage)

    def mnist(self, name, pack=lambda bytes_: bytes_, suffix=""):
        """Four IDX files of 4 x 4 images, 3 labels."""
        os.makedirs(self.path(name), exist_ok=True)
        draw = numpy.random.default_rng(3)
        for part, n in (("train", 30), ("t10k", 12)):
            images = draw.integers(0, 256, (n, 4, 4), dtype=numpy.uint8)
            for kind, values in (("images-idx3", images), ("labels-idx1", (numpy.arange(n) % 3).astype(numpy.uint8))):
                with open(self.path(f"{name}/{part}-{kind}-ubyte{suffix}"), "wb") as file:
                    file.write(pack(idx(values)))

    def shown(self, task):
        """The arrays that `cohort task --npy` writes: name -> bytes."""
        self.cohort("task", task, "--trials", "20", "--npy", "shown")
        found = {}
        for name in sorted(os.listdir(self.path("shown"))):
            with open(self.path("shown/" + name), "rb") as file:
                found[name] = file.read()
        shutil.rmtree(self.path("shown"))
        return found

    def results(self, text, output):
        self.write("study.toml", text)
        job = self.cohort("run", "study.toml", "-o", output)
        return job.out + job.err

    # What can be read

    def test_hdf5_and_npy_give_the_same_trials(self):
        self.folder("npy", trials())
        expected = self.shown("from_file/path=npy")
        big_endian = {key: values.astype(values.dtype.newbyteorder(">")) for key, values in trials().items()}
        wide = {key: values.astype("float64") for key, values in trials().items()}
        for name, arrays, storage in (("plain.h5", trials(), {}), ("wide.h5", wide, {}), ("big.h5", big_endian, {}),
                                      ("packed.h5", trials(), {"compression": "gzip", "shuffle": True})):
            with self.subTest(file=name):
                self.hdf5(name, arrays, **storage)
                self.assertEqual(self.shown("from_file/path=" + name), expected)

    def test_another_array_gives_other_trials(self):
        self.folder("one", trials())
        self.folder("two", {**trials(), "inputs": trials()["inputs"] + 1})
        self.assertNotEqual(self.shown("from_file/path=one"), self.shown("from_file/path=two"))

    def test_training_and_evaluation_from_groups_of_one_file(self):
        few = {key: values[:6, :7] if values.ndim > 1 else values[:6] for key, values in trials().items()}
        self.hdf5("groups.h5", trials(), "/train/clean")
        self.hdf5("groups.h5", few, "/test")
        summary = self.cohort("task", "from_file/path=groups.h5/train/clean,evaluation=groups.h5/test").out
        self.assertIn("9 of 1 ms; of an evaluation trial 7", summary)

    def test_a_recording_of_reaches_from_either(self):
        self.folder("reaches", reaches())
        self.hdf5("reaches.h5", reaches())
        name = "reach_emg_sussillo_2015/path="
        self.assertEqual(self.shown(name + "reaches"), self.shown(name + "reaches.h5"))

    def test_recorded_kinematics_from_either(self):
        draw = numpy.random.default_rng(4)
        arrays = {"time_ms": numpy.arange(-200, 500, 10), "shoulder_angle": draw.normal(size=(8, 70)),
                  "elbow_angle": draw.normal(size=(8, 70))}
        self.folder("arm", arrays)
        self.hdf5("arm.h5", arrays, "/recorded")
        name = "center_out_reach_hatsopoulos_2007/kinematics="
        self.assertEqual(self.shown(name + "arm"), self.shown(name + "arm.h5/recorded"))

    def test_where_and_how_trials_are_stored_is_no_part_of_a_study(self):
        self.folder("kept", trials())
        self.hdf5("kept.h5", trials())
        self.results(study('name = "from_file"\npath = "kept"'), "kept_results.h5")
        before = self.read("kept_results.h5", "/state/finished")
        self.results(study('name = "from_file"\npath = "kept.h5"'), "kept_results.h5")
        self.assertEqual(self.read("kept_results.h5", "/state/finished"), before)  # nothing was to be done again

    def test_images_may_be_compressed(self):
        self.mnist("images")
        self.mnist("packed", gzip.compress, ".gz")
        name, way = "sequential_mnist/folder=", ",pixels=2,permutation=5"
        self.assertEqual(self.shown(name + "images" + way), self.shown(name + "packed" + way))

    def test_the_shifted_evaluation_may_have_files_of_its_own(self):
        self.folder("clean", trials())
        self.folder("noisy", {**trials(), "inputs": trials()["inputs"] + 3})
        text = study('name = "from_file"\npath = "clean"') + '\n[shifted]\nevaluation = "noisy"\n'
        out = self.results(text, "shifted.h5")
        error, shifted = (self.read("shifted.h5", "/curves/" + name)[0] for name in ("error", "shifted_error"))
        finite = numpy.isfinite(error)
        self.assertTrue(finite.any())
        self.assertTrue((error[finite] != shifted[finite]).all())
        self.assertRegex(out, r"final error +final shifted_error +final accuracy +final shifted_accuracy")
        self.assertIn(f"  {shifted[-1]:.4f}  ", out)

    # What cannot

    def assert_refused(self, task, *texts, command="plan", ranks=1):
        """`task`: what stands in [task], whose lines 6 and later may be named as the place."""
        self.write("bad.toml", study(task))
        before = sorted(os.listdir(self.directory))
        with self.subTest(task=task, command=command):
            job = self.cohort(command, "bad.toml", ranks=ranks, expect=2)
            lines = [line for line in job.err.splitlines() if line.startswith("cohort: ")]
            self.assertEqual(len(lines), 1, job.err)
            if ranks == 1:
                self.assertEqual(job.err.splitlines(), lines)
            self.assertRegex(lines[0], r"^cohort: bad\.toml:[6-9]:\d+: ")
            for text in texts:
                self.assertIn(text, lines[0])
            self.assertEqual(sorted(os.listdir(self.directory)), before)
            print(f"\n    {lines[0]}", end=" ", flush=True)

    def assert_trials_refused(self, changes, *texts):
        """Trials from either layout with some arrays replaced, or left out where None."""
        arrays = {key: values for key, values in {**trials(), **changes}.items() if values is not None}
        for name, store in (("bad", self.folder), ("bad.h5", self.hdf5)):
            store(name, arrays)
            self.assert_refused(f'name = "from_file"\npath = "{name}"', *texts)
            shutil.rmtree(self.path(name)) if name == "bad" else os.remove(self.path(name))

    def test_missing_files(self):
        self.assert_refused('name = "from_file"', "from_file has no trials", "Give path=")
        self.assert_refused('name = "from_file"\npath = "nowhere"', "nowhere: there is no such folder or file")
        self.assert_refused('name = "from_file"\npath = "nowhere.h5/group"', "nowhere.h5/group: there is no such")
        self.assert_refused('name = "reach_emg_sussillo_2015"', "has no recordings", "preparatory.npy and emg.npy")
        self.assert_refused('name = "sequential_mnist"', "has no images", "four IDX files of MNIST")

    def test_missing_arrays(self):
        self.assert_trials_refused({"inputs": None}, "inputs")
        self.assert_trials_refused({"classes": None}, "there is neither bad", "targets", "nor", "classes")
        self.assert_trials_refused({"targets": trials()["inputs"]}, "there is both bad", "one of them is needed")

    def test_shapes_that_disagree(self):
        self.assert_trials_refused({"inputs": trials()["inputs"][0, 0]}, "inputs", "has shape [3]", "is needed")
        self.assert_trials_refused({"inputs": trials()["inputs"][0]}, "classes", "has shape [12]", "[9] or [9, 1] is needed")
        self.assert_trials_refused({"classes": trials()["classes"][1:]}, "classes", "has shape [11]")
        self.assert_trials_refused({"mask": trials()["mask"][:, 1:]}, "mask", "has shape [12, 8]")
        self.assert_trials_refused({"classes": None, "targets": trials()["inputs"][:, 1:]}, "targets",
                                   "has shape [12, 8, 3] ([12, 9, n_outputs] is needed)")

    def test_numbers_that_cannot_be(self):
        broken = trials()["inputs"].copy()
        broken[3, 5, 1] = numpy.nan  # where the mask is not 0
        self.assert_trials_refused({"inputs": broken}, "inputs", "holds a NaN or an infinity")
        self.assert_trials_refused({"classes": None, "targets": broken}, "targets", "holds a NaN or an infinity")
        self.assert_trials_refused({"classes": trials()["classes"] - 1}, "classes", "holds -1",
                                   "whole numbers from 0")
        self.assert_trials_refused({"mask": numpy.zeros((N_TRIALS, N_STEPS))}, "counts nothing of trial 0")

    def test_under_mpirun_one_rank_answers(self):
        self.hdf5("numbers.h5", {**trials(), "classes": trials()["classes"] - 1})
        for task in ('name = "from_file"\npath = "numbers.h5"', 'name = "sequential_mnist"\nfolder = "numbers.h5"'):
            self.assert_refused(task, "numbers.h5", command="run", ranks=2)

    def test_labels_out_of_range(self):
        self.folder("labels", trials())
        self.assert_refused('name = "from_file"\npath = "labels"\nclasses = 2', "classes.npy holds 2",
                            "whole numbers from 0 to 1 are needed")
        self.folder("more", {**trials(), "classes": trials()["classes"] + 1})
        self.assert_refused('name = "from_file"\npath = "labels"\nevaluation = "more"', "more/classes.npy holds 3")

    def test_hdf5_files_that_cannot_be_read(self):
        self.hdf5("whole.h5", trials())
        with open(self.path("whole.h5"), "rb") as whole, open(self.path("cut.h5"), "wb") as cut:
            cut.write(whole.read()[:-100])
        self.assert_refused('name = "from_file"\npath = "cut.h5"', "cut.h5: damaged HDF5 file", "truncated")
        self.write("text.h5", "my notes\n")
        self.assert_refused('name = "from_file"\npath = "text.h5"', "text.h5: cannot be read as arrays",
                            "it is no HDF5 file")
        self.assert_refused('name = "from_file"\npath = "whole.h5/test"', "whole.h5: has no group /test")
        self.assert_refused('name = "from_file"\npath = "whole.h5/a/b"', "whole.h5: has no group /a/b")
        self.hdf5("words.h5", {**trials(), "inputs": numpy.array([b"left", b"right"])})
        self.assert_refused('name = "from_file"\npath = "words.h5"', "words.h5:/inputs: holds no numbers")
        self.hdf5("group.h5", {"inputs/x": trials()["inputs"]})
        self.assert_refused('name = "from_file"\npath = "group.h5"', "group.h5:/inputs: cannot be read")

    def test_recordings_that_disagree(self):
        for name, store in (("bad_reaches", self.folder), ("bad_reaches.h5", self.hdf5)):
            store(name, {**reaches(), "emg": reaches()["emg"][1:]})
            self.assert_refused(f'name = "reach_emg_sussillo_2015"\npath = "{name}"', "preparatory", "has 4 reaches and",
                                "emg", "has 3")

    def test_images_that_cannot_be_read(self):
        train, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"

        def damage(name, part, change, suffix=""):
            with open(self.path(f"{name}/{part}{suffix}"), "rb") as file:
                content = file.read()
            with open(self.path(f"{name}/{part}{suffix}"), "wb") as file:
                file.write(change(content))

        def refused(name, *texts):
            self.assert_refused(f'name = "sequential_mnist"\nfolder = "{name}"\npixels = 4', *texts)

        self.mnist("missing")
        os.remove(self.path("missing/" + train))
        refused("missing", f"missing has neither {train} nor {train}.gz")
        self.mnist("magic")
        damage("magic", train, lambda content: b"\x89PNG" + content[4:])
        refused("magic", f"magic/{train} is no IDX file of unsigned bytes", "it starts with 89 50 4e")
        self.mnist("cut")
        damage("cut", train, lambda content: content[:-1])
        refused("cut", f"cut/{train} is truncated")
        self.mnist("gz", gzip.compress, ".gz")
        damage("gz", train, lambda content: content[:-20], ".gz")
        refused("gz", f"gz/{train}.gz is truncated")
        self.mnist("labels")
        damage("labels", labels, lambda content: content[:-1] + b"\x63")
        refused("labels", "label 3 has no test image")
        self.mnist("other")
        shutil.copy(self.path("other/t10k-images-idx3-ubyte"), self.path("other/" + train))
        refused("other", "the training set has 12 images and 30 labels")

    def test_times_that_do_not_fit(self):
        self.assert_refused('name = "center_out_reach_hatsopoulos_2007"\nsteps = 100', "steps")
        self.assert_refused('name = "center_out_reach_hatsopoulos_2007"\nonset = 299', "onset")
        self.assert_refused('name = "delayed_match_to_sample"\ndelay = 5', "an epoch of 5 ms has no step")
        self.assert_refused('name = "delay_comparison"\ndelay = -100', "delay=-100 is not possible")


if __name__ == "__main__":
    cohort_program.main()
