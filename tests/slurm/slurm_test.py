"""A study under a real SLURM, in a cluster of two nodes that this test starts for itself.

    slurm_test.py COHORT MPIEXEC [--all] [test]...      --all: also what takes minutes

Skipped (exit code 77) where SLURM is not installed or its daemons do not run."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import ProgramTest, differences

import private_cluster

JOBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir, "jobs")
N_RUNS = 4
ALL = "--all" in sys.argv
CLUSTER = None  # shared by all tests


def study(updates, seeds=2):
    return f"""[study]
name = "long"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop"]
architecture   = "ctrnn/units=24,noise=0.1"
initialization = "gaussian/gain=0.8"
seed           = {seeds}
[training]
updates = {updates}
batch   = 8
[snapshots]
at_updates = [0, 300]
[similarity]
measures = ["procrustes"]
"""


class SlurmTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment = dict(CLUSTER.environment, COHORT=cohort_program.COHORT)
        cls.make_reference("study.toml", "reference.h5", 600)

    @classmethod
    def make_reference(cls, name, results, updates):
        cls.write(name, study(updates))
        cls.cohort("run", name, "-o", results, ranks=2)

    def submit(self, *arguments, script="study.sbatch"):
        """Submits a batch file of jobs/; returns the job's number."""
        command = [CLUSTER.programs["sbatch"], "--parsable", "--mem-per-cpu=500M", *arguments[0],
                   os.path.join(JOBS, script), *arguments[1:]]
        done = subprocess.run(command, env=self.environment, cwd=self.directory, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stdout)

    def log(self, job, pattern="cohort-{}.out"):
        path = self.path(pattern.format(job))
        if not os.path.exists(path):
            return ""
        with open(path) as file:
            return file.read()

    def wait_until(self, condition, job, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, f"{self.log(job)}\n{CLUSTER.logs()}")
            time.sleep(0.05)

    def is_at_work(self, results):
        return os.path.exists(self.path(results)) and os.path.exists(self.path(results + ".lease"))

    def finish(self, job, results, reference="reference.h5"):
        found = CLUSTER.wait_for(job, ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"), 240)
        self.assertEqual(found["JobState"], "COMPLETED", f"{self.log(job)}\n{CLUSTER.logs()}")
        self.assertEqual(differences(self.path(results), self.path(reference)), [])
        self.assertFalse(os.path.exists(self.path(results + ".running")))
        return found

    def test_a_job_that_is_told_to_stop_goes_back_into_the_queue_and_finishes(self):
        job = self.submit(["--nodes=2", "--ntasks-per-node=1", "--time=10:00"], "study.toml", "stopped.h5")
        self.wait_until(lambda: self.is_at_work("stopped.h5"), job)
        time.sleep(0.5)
        CLUSTER.run("scancel", "--signal=USR1", "--batch", str(job))
        self.wait_until(lambda: CLUSTER.job(job)["Restarts"] == "1", job)
        self.assertIn("ended with code 75", self.log(job))
        self.assertGreaterEqual(len(os.listdir(self.path("stopped.h5.running"))), 1, "runs under way were saved")
        found = self.finish(job, "stopped.h5")
        self.assertEqual((found["Restarts"], found["ExitCode"]), ("1", "0:0"))
        log = self.log(job)
        self.assertIn("stopped early on purpose by SIGUSR1", log)
        self.assertRegex(log, r"start 1 on n\[1-2\], (10:00|9:\d\d) left")
        self.assertRegex(log, r"start 2 on n\[1-2\]")
        self.assertIn("of them under way", log)
        self.assertEqual([text.decode() for text in self.read("stopped.h5", "/segments/job")[:3]], [str(job), str(job), ""])

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_runs_that_are_longer_than_a_job_finish(self):
        """A job of one minute is told so by SLURM itself, and every run takes longer than what it has before that."""
        updates = int(600 * 80 / float(self.read("reference.h5", "/state/cpu_s").min()))  # a job has 60 seconds
        self.write("longer.toml", study(updates, 1))
        self.start("run", "longer.toml", "-o", "longer_reference.h5", ranks=2).wait(1200)
        job = self.submit(["--nodes=2", "--ntasks-per-node=1", "--time=1"], "longer.toml", "limit.h5")
        found = CLUSTER.wait_for(job, ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT"), 1200)
        self.assertEqual(found["JobState"], "COMPLETED", self.log(job))
        self.assertGreaterEqual(int(found["Restarts"]), 1)
        self.finish(job, "limit.h5", "longer_reference.h5")

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_submit_fills_in_what_the_job_needs(self):
        done = subprocess.run([cohort_program.COHORT, "submit", "study.toml", "-o", "submitted.h5", "--nodes", "2"],
                              env=self.environment, cwd=self.directory, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        job = int(done.stdout.rpartition("submitted: job ")[2].split(";")[0])
        found = CLUSTER.wait_for(job, ("COMPLETED", "FAILED"), 120)
        self.assertEqual((found["NumNodes"], found["NumTasks"], found["JobName"]), ("2", "4", "long"))
        self.assertEqual(found["JobState"], "COMPLETED", self.log(job, "long-{}.out"))
        self.assertEqual(differences(self.path("submitted.h5"), self.path("reference.h5")), [])

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_a_node_that_dies_brings_the_job_back(self):
        job = self.submit(["--nodes=1", "--nodelist=n2", "--ntasks-per-node=2", "--time=10:00"], "study.toml", "node.h5")
        self.wait_until(lambda: self.is_at_work("node.h5"), job)
        time.sleep(0.5)
        CLUSTER.kill_node("n2")
        self.addCleanup(self.bring_back, "n2")
        self.wait_until(lambda: CLUSTER.job(job)["Restarts"] == "1", job, 120)
        CLUSTER.start_node("n2")
        self.finish(job, "node.h5")
        self.assertIn("taking over from", self.log(job))

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_a_job_that_is_cancelled_stays_away(self):
        job = self.submit(["--nodes=1", "--ntasks-per-node=2", "--time=10:00"], "study.toml", "cancelled.h5")
        self.wait_until(lambda: self.is_at_work("cancelled.h5"), job)
        time.sleep(0.5)
        CLUSTER.run("scancel", str(job))
        time.sleep(12)  # longer than a requeue takes
        self.assertEqual(CLUSTER.job(job)["JobState"], "CANCELLED")
        self.cohort("verify", "cancelled.h5", expect=3)
        again = self.submit(["--nodes=1", "--ntasks-per-node=2", "--time=10:00"], "study.toml", "cancelled.h5")
        self.finish(again, "cancelled.h5")

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_the_second_of_two_jobs_on_one_file_is_told_so(self):
        options = ["--nodes=1", "--ntasks-per-node=1", "--time=10:00"]
        first = self.submit([*options, "--nodelist=n1"], "study.toml", "twice.h5")
        self.wait_until(lambda: self.is_at_work("twice.h5"), first)
        second = self.submit([*options, "--nodelist=n2"], "study.toml", "twice.h5")
        found = CLUSTER.wait_for(second, ("COMPLETED", "FAILED"))
        self.assertEqual((found["JobState"], found["ExitCode"]), ("FAILED", "2:0"))
        self.assertIn(f"another job is writing these results (job {first} on host", self.log(second))
        self.finish(first, "twice.h5")

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_srun_starts_the_ranks_where_it_knows_pmix(self):
        if "pmix" not in subprocess.run([CLUSTER.programs["srun"], "--mpi=list"], env=self.environment,
                                        capture_output=True, text=True).stderr:
            self.skipTest("srun --mpi=list does not say pmix")
        site = self.path("srun_site.sh")
        self.write("srun_site.sh", "launcher=srun\n")
        self.environment["COHORT_SITE"] = site
        try:
            job = self.submit(["--nodes=1", "--ntasks-per-node=2", "--time=10:00"], "study.toml", "srun.h5")
        finally:
            del self.environment["COHORT_SITE"]
        self.finish(job, "srun.h5")
        self.assertEqual(self.read("srun.h5", "/segments/n_ranks")[0], 2)

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_srun_that_starts_lonely_ranks_trains_nothing(self):
        """An Open MPI that finds no PMIx under srun ends by itself; one that goes on alone is refused by us."""
        done = subprocess.run([CLUSTER.programs["srun"], "--mpi=none", "--nodes=1", "--ntasks=2", cohort_program.COHORT, "run",
                               "study.toml", "-o", "lonely.h5"], env=self.environment, cwd=self.directory,
                              capture_output=True, text=True, timeout=120)
        self.assertNotEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, "SLURM gave this step 2 tasks, but MPI sees one|you can use SLURM's PMIx support")
        self.assertFalse(os.path.exists(self.path("lonely.h5")))

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_a_worker_that_dies_under_recovery_costs_one_more_start(self):
        site = self.path("recovery_site.sh")
        self.write("recovery_site.sh", "launcher_options=(--enable-recovery)\n")
        self.environment["COHORT_SITE"] = site
        try:
            job = self.submit(["--nodes=2", "--ntasks-per-node=1", "--time=10:00"], "study.toml", "recovery.h5")
        finally:
            del self.environment["COHORT_SITE"]
        self.wait_until(lambda: self.is_at_work("recovery.h5") and 1 in self.read("recovery.h5", "/state/rank"), job)
        worker = [process for process in CLUSTER.processes_of("n2") if self.is_program(process)]
        self.assertEqual(len(worker), 1)
        os.kill(worker[0], signal.SIGKILL)
        found = self.finish(job, "recovery.h5")
        self.assertEqual((found["Restarts"], found["ExitCode"]), ("1", "0:0"))
        self.assertIn("rank 1 died", self.log(job))
        self.assertIn("ended with code 75", self.log(job))

    @staticmethod
    def bring_back(node):
        """For the tests to come, too."""
        if not CLUSTER.has_node(node):
            CLUSTER.start_node(node)
            CLUSTER.wait_until_idle()

    @staticmethod
    def is_program(process):
        return os.path.realpath(f"/proc/{process}/exe") == os.path.realpath(cohort_program.COHORT)

    @unittest.skipUnless(ALL, "takes minutes: --all")
    def test_a_job_array_gives_the_same_as_one_job(self):
        array = self.submit(["--array=1-3", "--time=10:00"], "study.toml", "array.h5", script="study_array.sbatch")
        last = self.submit([f"--dependency=afterok:{array}", "--time=10:00"], "study.toml", "array.h5",
                           script="study_array.sbatch")
        self.wait_until(lambda: os.path.exists(self.path("array.h5.shard-1-of-3.lease")), array)
        time.sleep(0.5)
        CLUSTER.run("scancel", "--signal=USR1", "--batch", f"{array}_1")
        self.finish(last, "array.h5")


if __name__ == "__main__":
    sys.argv = [argument for argument in sys.argv if argument != "--all"]
    try:
        CLUSTER = private_cluster.PrivateCluster()
    except private_cluster.CannotRun as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    try:
        cohort_program.main()
    finally:
        CLUSTER.end()
