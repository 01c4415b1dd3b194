"""Disks that are full or may not be written, before and while a job runs.

    disk_test.py COHORT MPIEXEC FULL_DISK_LIBRARY [--all] [test]...      --all: also what takes minutes"""

import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import ProgramTest, differences, wait_until

LIBRARY = sys.argv.pop(3)
ALL = "--all" in sys.argv
sys.argv = [argument for argument in sys.argv if argument != "--all"]
STUDY = """[study]
name = "disk"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop"]
architecture   = "ctrnn/units=12,noise=0.1"
initialization = "gaussian"
seed           = 8
[training]
updates = 60
batch   = 8
[similarity]
measures = ["procrustes"]
"""


class DiskTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)

    def start_on_full(self, results, files, *options, ranks=2):
        """A job whose writes to those files are refused while the file `<results>.full` is there."""
        return self.start("run", "study.toml", "-o", results, *options, ranks=ranks,
                          environment={"LD_PRELOAD": LIBRARY, "DISK_IS_FULL": self.path(results + ".full"), "FULL_FILES": files})

    def finish(self, results):
        self.cohort("run", "study.toml", "-o", results, ranks=2)
        self.assertEqual(differences(self.path(results), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path(results + ".running")))

    def test_a_disk_that_is_full_for_some_seconds_ends_nothing(self):
        job = self.start_on_full("moment.h5", "moment.h5")
        wait_until(lambda: self.n_finished("moment.h5") >= 1, job)
        self.write("moment.h5.full", "")
        time.sleep(3)
        self.assertTrue(job.is_running())
        os.remove(self.path("moment.h5.full"))
        self.assertEqual(job.wait(), 0, job.err)
        if "trying again for 60 s" not in job.err:  # it was in its analyses already
            self.assertIn("16 done", job.out)
        self.assertEqual(differences(self.path("moment.h5"), self.path("reference.h5")), [])

    def test_runs_that_cannot_be_saved_go_on(self):
        self.write("saves.h5.full", "")
        job = self.start_on_full("saves.h5", ".new", "--save-every", "0")
        self.assertEqual(job.wait(), 0, job.err)
        self.assertRegex(job.err, r"saves\.h5\.running/\w+: cannot be written \(No space left on device\); the run goes on, "
                                  "but would be lost when the job stops")
        self.assertEqual(differences(self.path("saves.h5"), self.path("reference.h5")), [])

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_a_disk_that_stays_full_ends_the_job_and_loses_no_finished_run(self):
        job = self.start_on_full("full.h5", "full.h5")
        wait_until(lambda: self.n_finished("full.h5") >= 1, job)
        self.write("full.h5.full", "")
        self.assertEqual(job.wait(), 2, job.err)
        lines = [line for line in job.err.splitlines() if line.startswith("cohort: ")]
        self.assertEqual(len(lines), 1, job.err)
        self.assertRegex(lines[0], r"full\.h5: cannot write /\S+ .*What is finished is kept; run again to go on\.")
        n_finished = self.n_finished("full.h5")
        self.assertGreaterEqual(n_finished, 1)
        os.remove(self.path("full.h5.full"))
        again = self.cohort("run", "study.toml", "-o", "full.h5", ranks=2)
        self.assertIn(f"{16 - n_finished} of 16 runs to train", again.err)
        self.finish("full.h5")

    def mounted(self, name, options):
        """A file system of its own; skipped where none can be made."""
        os.mkdir(self.path(name))
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path(name)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.path(name)])

    def test_a_disk_too_small_is_refused_before_anything_is_done(self):
        self.mounted("small", "size=64k")
        job = self.cohort("run", "study.toml", "-o", "small/results.h5", expect=2)
        self.assertRegex(job.err, r"small/results\.h5: disk full \(the results need \S+ MB, the disk has \S+ kB left\)")
        self.assertEqual(os.listdir(self.path("small")), [])

    def test_a_folder_that_is_for_reading_only_is_refused_in_one_line(self):
        self.mounted("reading", "size=64m")
        subprocess.run(["mount", "-o", "remount,ro", self.path("reading")], check=True)
        job = self.cohort("run", "study.toml", "-o", "reading/results.h5", ranks=2, expect=2)
        self.assertIn("reading/results.h5.lease: cannot be created (Read-only file system)", job.err)
        self.assertEqual(len([line for line in job.err.splitlines() if line.startswith("cohort: ")]), 1, job.err)

    def test_results_on_a_disk_that_is_for_reading_only_can_be_looked_at(self):
        self.mounted("kept", "size=64m")
        self.cohort("run", "study.toml", "-o", "kept/results.h5", ranks=2)
        subprocess.run(["mount", "-o", "remount,ro", self.path("kept")], check=True)
        self.cohort("status", "kept/results.h5")
        self.cohort("verify", "kept/results.h5")


if __name__ == "__main__":
    cohort_program.main()
