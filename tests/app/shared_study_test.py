"""Rank 0 alone reads a study and the files it names: what the other ranks would find in their folders makes no difference."""

import gzip
import os
import struct

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy

N_TRIALS, N_STEPS = 6, 5


def study(task, recording="m1.npy", updates=3):
    return f"""[study]
name = "shared"
[task]
{task}
[factors]
rule = ["bptt", "eprop"]
architecture = "ctrnn/units=6"
initialization = "gaussian"
seed = 3
[training]
updates = {updates}
batch = 4
[similarity]
measures = "procrustes"
recordings = ["{recording}"]
"""


class SharedStudyTest(ProgramTest):

    def in_folders(self, *arguments, ranks, expect=0):
        """The program with rank i at work in the folder rank<i>, however little is there."""
        for rank in range(ranks):
            os.makedirs(self.path(f"rank{rank}"), exist_ok=True)
        self.write("in_own_folder.sh", 'cd "rank$OMPI_COMM_WORLD_RANK" && exec "$@"\n')
        program, cohort_program.COHORT = cohort_program.COHORT, "sh"
        try:
            return self.cohort("in_own_folder.sh", program, *arguments, ranks=ranks, expect=expect)
        finally:
            cohort_program.COHORT = program

    def assert_as_alone(self, results):
        self.cohort("run", "rank0/study.toml", "-o", f"alone_{results}")
        self.assertEqual(differences(self.path(f"rank0/{results}"), self.path(f"alone_{results}")), [])

    def save_trials(self, folder, seed):
        """HDF5 for training, a folder for evaluation, a recording: the same names whatever the numbers."""
        os.makedirs(self.path(f"{folder}/evaluation"), exist_ok=True)
        draw = numpy.random.default_rng(seed)
        arrays = {"inputs": draw.normal(size=(N_TRIALS, N_STEPS, 2)), "targets": draw.normal(size=(N_TRIALS, N_STEPS, 1))}
        with h5py.File(self.path(f"{folder}/trials.h5"), "w") as file:
            for name, values in arrays.items():
                file.create_dataset(name, data=values)
                numpy.save(self.path(f"{folder}/evaluation/{name}.npy"), values)
        numpy.save(self.path(f"{folder}/m1.npy"), draw.normal(size=(4, N_STEPS, N_TRIALS)))

    def test_other_copies_and_missing_ones_make_no_difference(self):
        task = 'name = "from_file"\npath = "trials.h5"\nevaluation = "evaluation"'
        self.save_trials("rank0", 1)
        self.save_trials("rank1", 2)
        self.write("rank0/study.toml", study(task))
        self.write("rank1/study.toml", study(task, updates=5).replace("seed = 3", "seed = 7"))
        job = self.in_folders("run", "study.toml", "-o", "results.h5", ranks=3)  # rank 2 has nothing at all
        self.assertIn("6 runs: 6 done", job.out)
        self.assertEqual(sorted(os.listdir(self.path("rank1"))), ["evaluation", "m1.npy", "study.toml", "trials.h5"])
        self.assertEqual(os.listdir(self.path("rank2")), [])
        self.assert_as_alone("results.h5")
        # The ranks may also be told of different files.
        self.write("by_rank.sh", 'exec "$@" "rank$OMPI_COMM_WORLD_RANK/study.toml" -o by_rank.h5\n')
        program, cohort_program.COHORT = cohort_program.COHORT, "sh"
        try:
            self.cohort("by_rank.sh", program, "run", ranks=2)
        finally:
            cohort_program.COHORT = program
        self.assertEqual(differences(self.path("by_rank.h5"), self.path("alone_results.h5")), [])

    def test_packed_images_are_read_by_one(self):
        os.makedirs(self.path("rank0/images"), exist_ok=True)
        draw = numpy.random.default_rng(3)
        for part, n in (("train", 12), ("t10k", 6)):
            for kind, values in (("images-idx3", draw.integers(0, 256, (n, 4, 4), dtype=numpy.uint8)),
                                 ("labels-idx1", (numpy.arange(n) % 3).astype(numpy.uint8))):
                head = b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
                with gzip.open(self.path(f"rank0/images/{part}-{kind}-ubyte.gz"), "wb") as file:
                    file.write(head + values.tobytes())
        text = study('name = "sequential_mnist"\nfolder = "images"\npixels = 4')
        self.write("rank0/study.toml", text[:text.index("[similarity]")])
        self.in_folders("run", "study.toml", "-o", "images.h5", ranks=2)
        self.assert_as_alone("images.h5")

    def test_what_is_wrong_is_what_rank_0_finds(self):
        self.write("rank0/bad.toml", study('name = "from_file"\npath = "nowhere"'))
        self.write("rank1/bad.toml", study('name = "flip_flop"'))
        job = self.in_folders("run", "bad.toml", ranks=2, expect=2)
        self.assertEqual(job.err.count("cohort: bad.toml:5:8: nowhere: there is no such folder or file"), 1, job.err)
        job = self.in_folders("run", "rank_1_only.toml", ranks=2, expect=2)
        self.assertIn("rank_1_only.toml: cannot be read (No such file or directory)", job.err)


if __name__ == "__main__":
    cohort_program.main()
