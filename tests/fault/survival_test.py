"""Workers that die under `mpirun --enable-recovery`: the others finish the runs, the job says what happened, and the next
start completes the study with the same bits. Without that option mpirun ends the others, in good order.

    survival_test.py COHORT MPIEXEC"""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import ProgramTest, differences, wait_until

RECOVERY = ("--enable-recovery",)
N_RUNS = 8
STUDY = f"""[study]
name = "survivors"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop"]
architecture   = "ctrnn/units=48,noise=0.1"
initialization = "gaussian/gain=0.8"
seed           = {N_RUNS // 2}
[training]
updates = 250
batch   = 8
[snapshots]
at_updates = [0]
[similarity]
measures = ["procrustes", "dsa"]
"""


class SurvivalTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)

    def states(self, results):
        return [int(status) for status in self.read(results, "/state/status")]

    def run_of(self, results, rank):
        """What a rank trains now; none when that is not known."""
        if not os.path.exists(self.path(results)):
            return None
        for run, (state, at) in enumerate(zip(self.states(results), self.read(results, "/state/rank"))):
            if state == 0 and at == rank:
                return run
        return None

    def kill_rank(self, results, rank, launch, ranks=3, *options):
        job = self.start("run", "study.toml", "-o", results, *options, ranks=ranks, launch=launch)
        wait_until(lambda: self.run_of(results, rank) is not None, job)
        os.kill(job.process_of(rank), signal.SIGKILL)
        job.wait()
        job.wait_for_ranks()
        return job

    def finish(self, results):
        self.cohort("run", "study.toml", "-o", results, ranks=2)
        self.assertEqual(differences(self.path(results), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path(results + ".running")))
        self.assertFalse(os.path.exists(self.path(results + ".lease")))
        self.cohort("status", results, "--exit-code")

    def test_training_survives_the_death_of_a_worker(self):
        job = self.kill_rank("training.h5", 2, RECOVERY)
        self.assertEqual(self.states("training.h5"), [1] * N_RUNS, job.err)
        self.assertIn("its worker died", job.err)
        self.assertIn("cohort: rank 2 died; what is finished is kept, run the same command again to go on", job.err)
        status = self.cohort("status", "training.h5", "--exit-code", expect=75)
        self.assertIn("rank 2 died", status.out)
        self.assertIn("similarity/procrustes: to do", status.out)
        self.finish("training.h5")

    def second_death(self, results):
        """Kills the worker of a run, and whoever takes it over; the job and the run, None where that was rank 0, without
        which there is no job."""
        job = self.start("run", "study.toml", "-o", results, ranks=4, launch=RECOVERY)
        wait_until(lambda: self.run_of(results, 3) is not None, job)
        run = self.run_of(results, 3)
        os.kill(job.process_of(3), signal.SIGKILL)
        wait_until(lambda: self.read(results, "/state/rank")[run] != 3 or self.states(results)[run] != 0, job)
        heir = None
        def is_taken_over():
            nonlocal heir
            heir = next((rank for rank in range(3) if self.run_of(results, rank) == run), None)
            return heir is not None or self.states(results)[run] != 0
        wait_until(is_taken_over, job)
        if heir:
            os.kill(job.process_of(heir), signal.SIGKILL)
        job.wait()
        job.wait_for_ranks()
        return job, run if heir else None

    def test_a_run_that_takes_two_workers_down_fails_and_the_rest_goes_on(self):
        for attempt in range(6):
            results = f"twice_{attempt}.h5"
            job, run = self.second_death(results)
            if run is not None:
                break
            self.finish(results)
        self.assertIsNotNone(run, "rank 0 took the run over every time")
        states = self.states(results)
        self.assertEqual(states[run], 3, job.err)
        self.assertEqual(sum(state == 1 for state in states), N_RUNS - 1)
        self.assertIn("took its worker down 2 times", self.read(results, "/state/message")[run].decode())
        self.cohort("run", "study.toml", "-o", results, "--retry", "failed")
        self.finish(results)

    def test_the_death_of_rank_0_ends_the_job_in_order(self):
        job = self.kill_rank("first.h5", 0, RECOVERY)
        self.assertLess(job.seconds, 60)
        self.cohort("status", "first.h5", "--exit-code", expect=75)
        self.cohort("verify", "first.h5", expect=3)
        self.finish("first.h5")

    def test_a_death_in_an_analysis_ends_the_job_in_order(self):
        job = self.start("run", "study.toml", "-o", "analysis.h5", ranks=3, launch=RECOVERY)
        def is_analysing():
            return os.path.exists(self.path("analysis.h5")) and self.read("analysis.h5", "/analyses/n_items")[0] >= 0
        wait_until(is_analysing, job)
        process = job.process_of(1)
        if process is not None:  # it may be quicker than we are
            os.kill(process, signal.SIGKILL)
        job.wait()
        job.wait_for_ranks()
        self.assertEqual(self.states("analysis.h5"), [1] * N_RUNS)
        self.finish("analysis.h5")

    def test_without_recovery_the_others_save_what_they_do(self):
        job = self.kill_rank("plain.h5", 2, ("--mca", "odls_base_sigkill_timeout", "5"))
        self.assertNotEqual(job.code, 0)
        self.cohort("status", "plain.h5", "--exit-code", expect=75)
        self.finish("plain.h5")


if __name__ == "__main__":
    cohort_program.main()
