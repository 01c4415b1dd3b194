"""verify finds what is not what was written, wherever it is: a byte of any value, leftovers of jobs that died. What it
does not cover (bookkeeping, attributes, structure that nobody reads) never makes it crash or hang."""

import json
import os
import random
import shutil
import socket

import cohort_program
from cohort_program import ProgramTest, datasets_of, h5py, numpy

STUDY = """[study]
name = "verified"
[task]
name = "flip_flop"
bits = 1
steps = 10
sequences = 4
[factors]
rule           = ["bptt", "eprop"]
architecture   = "ctrnn/units=4"
initialization = "gaussian"
seed           = 2
[training]
updates = 4
batch   = 2
[snapshots]
at_updates = [0]
weights    = true
[similarity]
measures = ["procrustes"]
[dynamics]
fixed_points = { starts = 2 }
"""

ROWS = ("/curves/", "/snapshots/", "/networks/")

# libhdf5 itself reads beyond its buffers, and loses memory, where a file is damaged: `verify` reads it in a process of
# its own for that. The address sanitizer is to watch Cohort, not the memcpy of this library.
OWN_CODE_ONLY = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") +
                 ":replace_intrin=0:detect_leaks=0:allocator_may_return_null=1"}


class VerifyTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "whole.h5")
        cls.cohort("verify", "whole.h5")
        with h5py.File(cls.path("whole.h5"), "r") as file:
            cls.keys = [key.decode() if isinstance(key, bytes) else key for key in file["/design/key"][()]]

    def places(self):
        """(dataset, first byte, bytes, what verify says of it) of all values that checksums cover."""
        found = []
        with h5py.File(self.path("whole.h5"), "r") as file:
            for path, dataset in datasets_of(file):
                offset, size = dataset.id.get_offset(), dataset.size * dataset.dtype.itemsize
                if offset is None or size == 0 or h5py.check_string_dtype(dataset.dtype):
                    continue
                made_from = dataset.attrs.get("made_from")
                if "checksum" in dataset.attrs:
                    found.append((path, offset, size, lambda byte, path=path: f"{path}: its checksum is wrong"))
                elif made_from not in (None, path):
                    if numpy.all(file[made_from][()] != 0):
                        found.append((path, offset, size, lambda byte, made_from=made_from: f"{made_from}: 1 of its"))
                elif path.startswith(ROWS) or path == "/state/checksum":
                    row = size // dataset.shape[0]
                    found.append((path, offset, size, lambda byte, row=row: f"(key {self.keys[byte // row]})"))
        return found

    def flip(self, place, bit, source="whole.h5"):
        shutil.copy(self.path(source), self.path("flipped.h5"))
        with open(self.path("flipped.h5"), "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << bit)]))

    def is_no_value(self, path):
        """Whether what was flipped held no value and holds none: NaN that are other NaN."""
        with h5py.File(self.path("whole.h5"), "r") as one, h5py.File(self.path("flipped.h5"), "r") as other:
            a, b = one[path][()], other[path][()]
            return a.dtype.kind == "f" and numpy.array_equal(a, b, equal_nan=True)

    def test_a_flipped_bit_of_any_value_is_named(self):
        chance = random.Random(1)
        places = self.places()
        self.assertGreater(len(places), 40)
        for path, offset, size, said in chance.sample(places, 45):
            with self.subTest(path=path):
                byte = chance.randrange(size)
                self.flip(offset + byte, chance.randrange(8))
                if "made_from" in h5py.File(self.path("whole.h5"), "r")[path].attrs and self.is_no_value(path):
                    continue
                job = self.cohort("verify", "flipped.h5", expect=2, environment=OWN_CODE_ONLY)
                self.assertIn(said(byte), job.out)
                self.assertIn("broken part", job.err)

    def test_a_flipped_bit_anywhere_is_no_crash_and_no_hang(self):
        self.cohort("repack", "whole.h5", "-o", "small.h5")
        self.cohort("verify", "small.h5")
        chance = random.Random(2)
        for source in ("whole.h5", "small.h5"):
            size = os.path.getsize(self.path(source))
            for _ in range(25):
                place = chance.randrange(size)
                with self.subTest(source=source, place=place):
                    self.flip(place, chance.randrange(8), source)
                    job = self.start("verify", "flipped.h5", environment=OWN_CODE_ONLY)
                    job.wait()
                    self.assertIn(job.code, (0, 2, 3), job.err)
                    self.assertLessEqual(job.err.count("\n"), 1, job.err)

    def test_a_cut_file_is_no_results_file(self):
        with open(self.path("whole.h5"), "rb") as file:
            whole = file.read()
        for share in (0.1, 0.5, 0.99):
            with open(self.path("cut.h5"), "wb") as file:
                file.write(whole[:int(share * len(whole))])
            self.assertIn("cut.h5: damaged", self.cohort("verify", "cut.h5", expect=2).err)

    def test_merged_files_are_whole_or_named(self):
        self.cohort("merge", "study.toml", "whole.h5", "-o", "merged.h5")
        self.assertIn("4 of 4 runs whole", self.cohort("verify", "merged.h5", expect=3).out)
        self.cohort("run", "study.toml", "-o", "merged.h5")
        self.cohort("verify", "merged.h5")
        with h5py.File(self.path("merged.h5"), "r+") as file:
            file["/curves/loss"][2, 1] += 1
        self.assertIn(f"(key {self.keys[2]})", self.cohort("verify", "merged.h5", expect=2).out)

    def test_a_status_that_is_none_is_named(self):
        shutil.copy(self.path("whole.h5"), self.path("status.h5"))
        with h5py.File(self.path("status.h5"), "r+") as file:
            file["/state/status"][1] = 77
        self.assertIn("run 1: /state/status holds 77, which is none", self.cohort("verify", "status.h5", expect=2).out)

    def test_what_dead_jobs_left_is_named(self):
        shutil.copy(self.path("whole.h5"), self.path("left.h5"))
        os.mkdir(self.path("left.h5.running"))
        self.write("left.h5.running/" + 32 * "0", "a run of another study\n")
        self.write("left.h5.running/" + self.keys[0] + ".new", "")
        self.write("left.h5.partial", "")
        self.write("left.h5.lease", json.dumps({"job": "7", "host": socket.gethostname(), "pid": 2 ** 22 + 1, "token": "x"}))
        job = self.cohort("verify", "left.h5", expect=3)
        self.assertIn("a saved run that is none of this file", job.out)
        self.assertIn("left by a job that died while it saved a run", job.out)
        self.assertIn("left.h5.partial: left by a job that died", job.out)
        self.assertIn("left.h5.lease: of a job that died (its process is gone", job.out)
        self.assertIn("4 of 4 runs whole, 0 broken, 0 failed, 0 to do", job.out)
        self.write("left.h5.running/" + self.keys[1], "no saved run\n")
        self.assertIn("is no saved run", self.cohort("verify", "left.h5", expect=2).out)


if __name__ == "__main__":
    cohort_program.main()
