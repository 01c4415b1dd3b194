"""Shares of a study, trained each for itself, put together into one file."""

import os
import shutil

import cohort_program
from cohort_program import ProgramTest, datasets_of, differences, h5py, save_recording, study

N_RUNS = 16


class MergeTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study(updates=40))
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)
        for number in (1, 2, 3):
            cls.cohort("run", "study.toml", "-o", "parts.h5", "--shard", f"{number}/3", ranks=1 + number % 2)
        cls.shards = [f"parts.h5.shard-{number}-of-3" for number in (1, 2, 3)]

    def test_shares_put_together_are_the_study_bit_for_bit(self):
        for name, n in zip(self.shards, (6, 5, 5)):
            self.assertEqual(self.n_finished(name), n)
            self.assertIn(f"{n} of {n} runs whole", self.cohort("verify", name).out)
        job = self.cohort("merge", "study.toml", *self.shards, "-o", "whole.h5", ranks=2)
        self.assertEqual(job.out, "whole.h5: 16 of 16 runs, from 3 files\n"
                                  "cohort run study.toml -o whole.h5 does the analyses\n")
        self.assertIn("merged from 3 files", self.cohort("status", "whole.h5").out)
        before = self.read("whole.h5", "/state/finished").tolist()
        self.cohort("run", "study.toml", "-o", "whole.h5", ranks=2)
        self.assertEqual(self.read("whole.h5", "/state/finished").tolist(), before, "nothing is trained again")
        self.assertEqual(differences(self.path("whole.h5"), self.path("reference.h5")), [])

    def test_a_share_that_is_missing_is_trained(self):
        job = self.cohort("merge", "study.toml", self.shards[0], self.shards[2], "-o", "holes.h5")
        self.assertIn("holes.h5: 11 of 16 runs, from 2 files\n", job.out)
        self.assertIn("trains the others", job.out)
        self.cohort("run", "study.toml", "-o", "holes.h5", ranks=2)
        self.assertEqual(differences(self.path("holes.h5"), self.path("reference.h5")), [])

    def test_two_files_with_other_seeds_become_one(self):
        self.write("first.toml", study(updates=40, seeds="[0]"))
        self.write("second.toml", study(updates=40, seeds="[1, 0]"))
        self.cohort("run", "first.toml", "-o", "first.h5", ranks=2)
        self.cohort("run", "second.toml", "-o", "second.h5", ranks=2)
        job = self.cohort("merge", "study.toml", "first.h5", "second.h5", "-o", "both.h5", ranks=2)
        self.assertIn("both.h5: 16 of 16 runs, from 2 files; 8 of them were there twice, and the same\n", job.out)
        self.cohort("run", "study.toml", "-o", "both.h5", ranks=2)
        self.assertEqual(differences(self.path("both.h5"), self.path("reference.h5")), [])

    def test_a_compressed_copy_is_the_same_to_all_readers(self):
        job = self.cohort("repack", "reference.h5", "-o", "small.h5")
        self.assertRegex(job.out, r"small.h5: [\d.]+ MB, [\d.]+ MB before; 16 runs are whole in both\n")
        self.assertLess(os.path.getsize(self.path("small.h5")), 0.8 * os.path.getsize(self.path("reference.h5")))
        self.assertEqual(differences(self.path("small.h5"), self.path("reference.h5")), ["/@repacked"])
        self.assertEqual(self.scales("small.h5"), self.scales("reference.h5"))
        for command in (["verify"], ["status"], ["export", "--run", "3", "--npz", "run.npz"]):
            outs = [self.cohort(command[0], name, *command[1:]).out for name in ("reference.h5", "small.h5")]
            self.assertEqual(outs[0], outs[1])
        error = self.cohort("run", "study.toml", "-o", "small.h5", expect=2).err
        self.assertIn("small.h5: a compressed copy, for reading only", error)
        self.cohort("merge", "study.toml", "small.h5", "-o", "unpacked.h5", ranks=2)
        self.cohort("run", "study.toml", "-o", "unpacked.h5", ranks=2)
        self.assertEqual(differences(self.path("unpacked.h5"), self.path("reference.h5")), [])
        self.assertIn("exists already", self.cohort("repack", "reference.h5", "-o", "small.h5", expect=2).err)
        self.assertIn("a compressed copy already", self.cohort("repack", "small.h5", "-o", "no.h5", expect=2).err)
        self.assertFalse(os.path.exists(self.path("no.h5")) or os.path.exists(self.path("no.h5.partial")))

    def scales(self, results):
        """What is attached to every axis of every dataset."""
        with h5py.File(self.path(results), "r") as file:
            return {path: [[scale.name for scale in axis.values()] for axis in dataset.dims]
                    for path, dataset in datasets_of(file) if dataset.attrs.get("CLASS") != b"DIMENSION_SCALE"}

    def test_files_that_disagree_are_named(self):
        shutil.copy(self.path(self.shards[0]), self.path("other.h5"))
        with h5py.File(self.path("other.h5"), "r+") as file:  # two runs change places; each row stays whole
            n_runs = len(file["/state/status"])
            for path, dataset in datasets_of(file):
                of_runs = dataset.ndim > 0 and dataset.shape[0] == n_runs and not path.startswith("/design")
                if of_runs and dataset.attrs.get("CLASS") != b"DIMENSION_SCALE":
                    dataset[2:4] = dataset[2:4][::-1]
        self.assertIn("6 of 6 runs whole", self.cohort("verify", "other.h5").out)
        job = self.cohort("merge", "study.toml", self.shards[0], "other.h5", "-o", "never.h5", ranks=2, expect=2)
        self.assertIn(f"two files hold different results of one run (run 6 ({self.shards[0]} run 2, other.h5 run 2))",
                      job.err)
        self.assertFalse(os.path.exists(self.path("never.h5")))

    def test_what_cannot_be_put_together_is_refused(self):
        self.cohort("merge", "study.toml", self.shards[0], "-o", self.shards[1], expect=2)
        self.write("another.toml", study(updates=41))
        another = self.cohort("merge", "another.toml", *self.shards, "-o", "never.h5", expect=2)
        self.assertIn("updates", another.err)
        self.write("text.h5", "no HDF5")
        self.assertIn("not an HDF5 file", self.cohort("merge", "study.toml", "text.h5", "-o", "never.h5", expect=2).err)
        self.assertFalse(os.path.exists(self.path("never.h5")))

    def test_shares_that_are_none(self):
        for shard in ("0/3", "4/3", "1", "1/", "-1/3", "1/3x", "a/b"):
            with self.subTest(shard=shard):
                job = self.cohort("run", "study.toml", "-o", "bad.h5", f"--shard={shard}", expect=2)
                self.assertEqual(job.err.count("\n"), 1, job.err)
        self.assertIn("shard 17/17 has no runs (the study has 16)",
                      self.cohort("run", "study.toml", "-o", "bad.h5", "--shard", "17/17", expect=2).err)


if __name__ == "__main__":
    cohort_program.main()
