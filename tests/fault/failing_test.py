"""Runs that fail: each ends in the right state, with a message that says why, and the others go on.

    failing_test.py COHORT MPIEXEC"""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import ProgramTest, differences, wait_until

DONE, DIVERGED, FAILED = 1, 2, 3

# Two small networks, and two that need seconds and tens of megabytes.
STUDY = """[study]
name = "failing"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop"]
architecture   = ["ctrnn/units=4", "ctrnn/units=400"]
initialization = "gaussian"
seed           = 1
[training]
updates = 60
batch   = 16
[snapshots]
at_updates = [0]
[similarity]
measures = ["procrustes"]
"""
SMALL, LARGE = (0, 2), (1, 3)  # runs


class FailingTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)

    def states(self, results):
        status = self.read(results, "/state/status")
        return [int(status[run]) for run in range(len(status))]

    def messages(self, results):
        return [text.decode() for text in self.read(results, "/state/message")]

    def saved(self, results):
        folder = self.path(results + ".running")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def test_a_run_that_takes_too_long_fails_and_goes_on_when_it_may(self):
        half = float(min(self.read("reference.h5", "/state/wall_s")[list(LARGE)])) / 3
        limit = ["--run-deadline", "0:01"] if half < 1.5 else ["--run-deadline", f"0:{int(half):02}"]
        job = self.cohort("run", "study.toml", "-o", "long.h5", *limit, ranks=2, expect=3)
        states = self.states("long.h5")
        self.assertEqual([states[run] for run in SMALL], [DONE, DONE])
        failed = [run for run in LARGE if states[run] == FAILED]
        self.assertGreaterEqual(len(failed), 1)
        keys = [key.decode() for key in self.read("long.h5", "/design/key")]
        for run in failed:
            said = self.messages("long.h5")[run]
            self.assertRegex(said, r"^took longer than \d+(\.0)? s \(--run-deadline\): \d+ updates were made$")
            self.assertIn(f"run {run} failed: {said}", job.out)
            self.assertRegex(job.err, rf"ctrnn/units=400 .*\(key {keys[run]}\): failed: took longer")
        self.assertEqual(self.saved("long.h5"), sorted(keys[run] for run in failed))
        # The same limit changes nothing; a longer one lets them go on, with the same bits.
        again = self.cohort("run", "study.toml", "-o", "long.h5", *limit, ranks=2, expect=3)
        self.assertIn("not tried again", again.err)
        self.assertLess(again.seconds, job.seconds)
        last = self.cohort("run", "study.toml", "-o", "long.h5", "--run-deadline", "10:00", ranks=2)
        self.assertIn(f"{len(failed)} of them under way", last.err)
        self.assertEqual(differences(self.path("long.h5"), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path("long.h5.running")))

    def test_a_run_that_needs_too_much_memory_fails_alone(self):
        job = self.cohort("run", "study.toml", "-o", "memory.h5", "--run-memory", "8M", ranks=2, expect=3)
        self.assertEqual(self.states("memory.h5"), [DONE, FAILED, DONE, FAILED])
        self.assertEqual(self.messages("memory.h5")[1], "out of memory: a run may have 8.39 MB (--run-memory)")
        self.assertIn("run 1 failed: out of memory", job.out)
        # It is begun three times in all, then left to whoever asks for it.
        self.cohort("run", "study.toml", "-o", "memory.h5", "--run-memory", "8M", expect=3)
        self.cohort("run", "study.toml", "-o", "memory.h5", "--run-memory", "8M", expect=3)
        left = self.cohort("run", "study.toml", "-o", "memory.h5", expect=3)
        self.assertIn("2 failed runs are not tried again; --retry failed does", left.err)
        self.assertEqual(list(self.read("memory.h5", "/state/attempts")), [1, 3, 1, 3])
        self.cohort("run", "study.toml", "-o", "memory.h5", "--retry", "failed", ranks=2)
        self.assertEqual(differences(self.path("memory.h5"), self.path("reference.h5")), [])

    def test_a_job_that_is_to_stop_at_a_failure_does(self):
        job = self.cohort("run", "study.toml", "-o", "stop.h5", "--run-memory", "8M", "--on-failure", "stop", expect=3)
        self.assertIn("stopped early on purpose: a run failed, and --on-failure is stop", job.out)
        self.assertEqual(sorted(self.states("stop.h5")), [0, 0, 0, FAILED])
        self.cohort("run", "study.toml", "-o", "stop.h5", ranks=2)
        self.assertEqual(differences(self.path("stop.h5"), self.path("reference.h5")), [])

    def test_only_chosen_runs_are_trained_and_analyses_wait(self):
        small = ("--only", "architecture=ctrnn/units=4")
        job = self.cohort("run", "study.toml", "-o", "only.h5", *small, "--only", "rule=b*")
        self.assertEqual(self.states("only.h5"), [DONE, 0, 0, 0])
        self.assertIn("--only: 3 other runs are to do, and the analyses wait for them", job.out)
        self.cohort("run", "study.toml", "-o", "only.h5", "--only", "rule=bptt", "--only", "rule=eprop", *small)
        self.assertEqual(self.states("only.h5"), [DONE, 0, DONE, 0])
        self.assertEqual(list(self.read("only.h5", "/state/attempts")), [1, 0, 1, 0])
        self.cohort("run", "study.toml", "-o", "only.h5", "--only", "architecture=*400", ranks=2)
        self.assertEqual(differences(self.path("only.h5"), self.path("reference.h5")), [])

    def test_choices_that_are_none_are_refused_before_anything_is_done(self):
        for options, said in (
                (["--only", "rule"], "--only 'rule' names no level (FACTOR=LEVEL is needed)"),
                (["--only", "rlue=bptt"], "unknown factor 'rlue' (known: rule, architecture, initialization, optimizer, "
                                          "seed). Did you mean 'rule'?"),
                (["--only", "rule=bptp"], "the study has no rule 'bptp' (known: bptt, eprop). Did you mean 'bptt'?"),
                (["--only", "seed=7"], "the study has no seed '7' (known: 0)"),
                (["--retry", "faild"], "--retry 'faild' is no run of the study"),
                (["--retry", "99"], "--retry '99' is no run of the study (failed, diverged, a number from 0 to 3"),
                (["--run-memory", "much"], "--run-memory 'much' is no amount of memory"),
                (["--run-deadline", "soon"], "--run-deadline 'soon' is no time"),
                (["--run-deadline", "0"], "--run-deadline is 0")):
            with self.subTest(options=options):
                job = self.cohort("run", "study.toml", "-o", "bad.h5", *options, expect=2)
                self.assertIn(said, job.err)
                self.assertEqual(job.err.count("\n"), 1, job.err)
        self.assertFalse(os.path.exists(self.path("bad.h5")))

    def test_a_run_that_diverges_is_a_result_and_can_be_trained_again(self):
        text = STUDY.replace('architecture   = ["ctrnn/units=4", "ctrnn/units=400"]', 'architecture = "ctrnn/units=4"')
        text = text.replace("[training]", 'optimizer = ["adam", "sgd/rate=1e6"]\n[training]')
        self.write("nan.toml", text)
        job = self.cohort("run", "nan.toml", "-o", "nan.h5", ranks=2)
        self.assertEqual(self.states("nan.h5"), [DONE, DIVERGED, DONE, DIVERGED])
        self.assertRegex(job.out, r"run 1 diverged: (loss|gradient) is not finite at update \d+|run 1 diverged: loss \S+ is more")
        self.cohort("run", "nan.toml", "-o", "nan.h5")
        self.assertEqual(list(self.read("nan.h5", "/state/attempts")), [1, 1, 1, 1])
        self.cohort("run", "nan.toml", "-o", "nan.h5", "--retry", "diverged")
        self.assertEqual(list(self.read("nan.h5", "/state/attempts")), [1, 2, 1, 2])
        key = self.read("nan.h5", "/design/key")[0].decode()
        self.cohort("run", "nan.toml", "-o", "nan.h5", "--retry", key[:10], "--retry", "3")
        self.assertEqual(list(self.read("nan.h5", "/state/attempts")), [2, 2, 1, 3])

    def kill_while_training(self, results, run):
        """Kills a job of one rank while it trains a run."""
        def attempts():
            return int(self.read(results, "/state/attempts")[run]) if os.path.exists(self.path(results)) else 0
        before = attempts()
        job = self.start("run", "study.toml", "-o", results, "--order", "reversed")
        wait_until(lambda: attempts() > before, job)
        job.send(signal.SIGKILL)
        job.wait()

    def test_a_run_that_takes_its_worker_down_twice_fails(self):
        self.kill_while_training("deaths.h5", 3)
        self.kill_while_training("deaths.h5", 3)
        job = self.cohort("run", "study.toml", "-o", "deaths.h5", ranks=2, expect=3)
        self.assertEqual(self.states("deaths.h5"), [DONE, DONE, DONE, FAILED])
        self.assertEqual(self.messages("deaths.h5")[3],
                         "took its worker down 2 times, and nothing of it was saved in between (--tries)")
        self.assertIn("run 3 failed: took its worker down 2 times", job.out)
        self.cohort("run", "study.toml", "-o", "deaths.h5", expect=3)
        self.cohort("run", "study.toml", "-o", "deaths.h5", "--retry", "3")
        self.assertEqual(differences(self.path("deaths.h5"), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path("deaths.h5.running")))


if __name__ == "__main__":
    cohort_program.main()
