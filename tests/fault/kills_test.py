"""Kills at random moments, of all ranks, of one, or of mpirun: while the file is made, between any two writes, in
training, while a run under way is saved, in every analysis. What finishes the study at last is the same, bit for bit.

    kills_test.py COHORT MPIEXEC N_KILLS"""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import DATASETS_ABOUT_THE_JOB, ProgramTest, differences, h5py, save_recording

N_KILLS = int(sys.argv.pop(3))

# A job that is killed at a random moment is now and then long enough for some of it: many short runs, saved all the time.
N_RUNS = 60 if N_KILLS > 20 else 24
EVERY_ANALYSIS = """lyapunov     = { exponents = 2, steps = 40, transient = 10, trials = 2 }
curvature    = { parameters = "b_out", batch = 4, probes = 2 }
rich_lazy    = { kernel_samples = 4 }"""
STUDY = f"""[study]
name = "killed"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop/feedback=random"]
architecture   = ["ctrnn/units=12", "ctrnn/units=16,noise=0.1"]
initialization = ["gaussian/gain=0.8", "orthogonal", "glorot_uniform"]
seed           = {N_RUNS // 12}
[training]
updates = 120
batch   = 8
[snapshots]
at_updates = [0]
at_error   = [0.9]
[similarity]
measures   = {'["procrustes", "cka"]' if N_KILLS > 20 else '["procrustes"]'}
recordings = ["recording.npy"]
[dynamics]
fixed_points = {{ starts = 8 }}
{EVERY_ANALYSIS if N_KILLS > 20 else ""}
"""


class KillsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)

    def finished(self):
        """What the file says of its finished runs and who made them: a run that is finished is never made again."""
        if not os.path.exists(self.path("killed.h5")):
            return {}
        with h5py.File(self.path("killed.h5"), "r") as file:
            done = file["/state/status"][:] == 1
            return {run: [file[name][run] for name in DATASETS_ABOUT_THE_JOB] for run in range(N_RUNS) if done[run]}

    def kill(self, job, chance):
        """All ranks, one of them (mpirun then ends the others), or mpirun alone."""
        what = chance.choice(("all", "one", "mpirun"))
        ranks = sorted(process for process in job._processes() if process != job._process.pid)
        try:
            if what == "one" and ranks:
                os.kill(chance.choice(ranks), signal.SIGKILL)
            if what == "mpirun":
                job.send(signal.SIGKILL)
            if what != "all":
                time.sleep(0.2)
        except ProcessLookupError:
            pass
        job.kill()
        return what

    def saved(self):
        """Runs that were saved while under way, and when."""
        folder = self.path("killed.h5.running")
        try:
            return {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
        except FileNotFoundError:
            return {}

    def moment(self, number, chance, n_finished):
        """When to kill: a condition, and what it is called."""
        if n_finished == N_RUNS:
            analysis = chance.randrange(self.n_analyses)
            return "analysing", lambda: self.read("killed.h5", "/analyses/n_items")[analysis] >= 0
        kind = ("making", "saving", "training", "saving")[number % 4]
        if kind == "making":
            return kind, lambda: os.path.exists(self.path("killed.h5.lease"))
        if kind == "saving":
            before = self.saved()
            return kind, lambda: self.saved().keys() - before.keys() or len(self.finished()) == N_RUNS
        wanted = min(N_RUNS, n_finished + chance.randint(2, 8))
        return kind, lambda: self.n_finished("killed.h5") >= wanted

    def wait_for(self, condition, job):
        """False when the job ended before."""
        while not condition():
            if not job.is_running():
                return False
            time.sleep(0.002)
        return True

    def test_a_study_survives_them(self):
        chance = random.Random(13)
        self.n_analyses = len(self.read("reference.h5", "/analyses/analysis"))
        before, said, number = {}, [], 0
        while number < N_KILLS:
            name, condition = self.moment(number, chance, len(before))
            job = self.start("run", "study.toml", "-o", "killed.h5", "--save-every", "0", "--tries", "1000",
                             ranks=chance.choice((2, 2, 3)))
            if not self.wait_for(condition, job):  # it is done, and another study begins
                self.assertEqual(job.wait(), 0, job.err)
                self.assertEqual(differences(self.path("killed.h5"), self.path("reference.h5")), [])
                os.remove(self.path("killed.h5"))
                before = {}
                continue
            time.sleep(chance.uniform(0, 0.03))
            what = self.kill(job, chance)
            number += 1
            after = self.finished()
            for run, record in before.items():
                self.assertEqual(after.get(run), record, f"run {run}, after kill {number} of {what}")
            before = after
            said.append(f"{what} while {name}: {len(after)}")
        print("killed, and so many runs were finished:", *said, sep="\n  ")
        job = self.cohort("run", "study.toml", "-o", "killed.h5", ranks=2)
        self.assertEqual(differences(self.path("killed.h5"), self.path("reference.h5")), [])
        self.cohort("verify", "killed.h5")
        left = sorted(name for name in os.listdir(self.directory)
                      if name.startswith("killed.h5") and not name.startswith("killed.h5.lease."))  # half a rename
        self.assertEqual(left, ["killed.h5"])


if __name__ == "__main__":
    cohort_program.main()
