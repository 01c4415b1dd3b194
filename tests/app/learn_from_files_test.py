"""The tasks whose trials come from files are learned from real ones (label science; each prints what it measured)."""

import os
import time

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

FASHION = "/usr/share/datasets/fashion-mnist"  # Debian's dataset-fashion-mnist
MNIST = os.environ.get("COHORT_MNIST", "")     # a folder with the four files of MNIST
SHARED = os.environ.get("COHORT_SHARED_DIR",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared"))


def study(task, cell, updates, rate):
    return f"""[study]
name = "learned"
seed = 1

[task]
{task}

[factors]
rule = ["bptt"]
architecture = ["{cell}/units=100"]
initialization = ["orthogonal"]
seed = 1

[training]
optimizer = "adam/rate={rate}"
updates = {updates}
batch = 64
clip = 1
evaluate_every = {updates}
"""


class LearnFromFilesTest(ProgramTest):

    def learned(self, name, task, cell, updates, rate=2e-3):
        """Error and accuracy before and after."""
        self.write(f"{name}.toml", study(task, cell, updates, rate))
        start = time.monotonic()
        self.cohort("run", f"{name}.toml", "-o", f"{name}.h5")
        seconds = time.monotonic() - start
        curves = [self.read(f"{name}.h5", "/curves/" + curve)[0] for curve in ("error", "accuracy")]
        error, accuracy = ((values[0], values[updates]) for values in curves)
        percent = "" if numpy.isnan(accuracy[0]) else "{:.3f} -> {:.3f}".format(*accuracy)
        print(f"\n| `{name}` | {cell} | {updates} | {percent} | {error[0]:.3g} -> {error[1]:.3g} | {seconds:.0f} s |",
              flush=True)
        return error, accuracy

    def assert_images_are_learned(self, name, folder, least, **more):
        if not os.path.isdir(folder):
            self.skipTest(f"{folder or 'COHORT_MNIST'} is absent")
        task = "".join(f"\n{key} = {value}" for key, value in {"repeats": 500, **more}.items())
        _, accuracy = self.learned(name, f'name = "sequential_mnist"\nfolder = "{folder}"{task}', "gru", 6000)
        self.assertLess(accuracy[0], 0.2)
        self.assertGreater(accuracy[1], least)

    def test_fashion_images_row_by_row(self):
        self.assert_images_are_learned("sequential_mnist (Fashion)", FASHION, 0.86)

    def test_fashion_images_row_by_row_in_another_order(self):
        self.assert_images_are_learned("sequential_mnist (Fashion, permuted)", FASHION, 0.84, permutation=1)

    def test_digits_row_by_row(self):
        self.assert_images_are_learned("sequential_mnist (MNIST)", MNIST, 0.975)

    def test_muscle_activity_of_eight_reaches(self):
        """EMG of 13 muscles, 3341 ms of 8 reaches; their preparatory inputs are made up: one for each reach."""
        try:
            import scipy.io
        except ImportError:
            self.skipTest("python3-scipy is absent")
        path = os.path.join(SHARED, "data/emg_reach/EMG.mat")
        if not os.path.exists(path):
            self.skipTest(f"{path} is absent; set COHORT_SHARED_DIR")
        emg = scipy.io.loadmat(path)["all_EMG"][:, :3340].reshape(13, 334, 10, 8).mean(axis=2)  # 10 ms a sample
        activity = emg.mean(axis=(0, 2))
        first = int((activity > activity.max() / 20).argmax()) - 10  # what comes before the go cue must be rest
        emg = emg[:7, first:first + 66].transpose(2, 1, 0)  # as many muscles and samples as published
        with h5py.File(self.path("reaches.h5"), "w") as file:
            file["emg"] = emg / emg.max(axis=(0, 1))
            file["preparatory"] = numpy.eye(8)
        error, _ = self.learned("reach_emg_sussillo_2015", 'name = "reach_emg_sussillo_2015"\npath = "reaches.h5"',
                                "ctrnn", 1500, 1e-3)
        self.assertGreater(error[0], 0.9)
        self.assertLess(error[1], 0.05)

    def test_trials_that_were_written_to_files(self):
        """What is learned from 2000 trials on disk holds for others."""
        for folder, seed, n in (("train", 1, 2000), ("test", 2, 200)):
            self.cohort("task", "delayed_match_to_sample", "--trials", str(n), "--seed", str(seed), "--npy", folder)
        task = 'name = "from_file"\npath = "train"\nevaluation = "test"\nrepeats = 16'
        _, accuracy = self.learned("from_file (delayed_match_to_sample)", task, "gru", 1000)
        self.assertLess(accuracy[0], 0.6)
        self.assertGreater(accuracy[1], 0.95)


if __name__ == "__main__":
    cohort_program.main()
