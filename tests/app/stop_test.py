"""A job that stops or dies loses nothing of a run under way but its last minutes: even a study whose every run takes
longer than one job comes to its end, with the same bits."""

import json
import os
import re
import signal
import time

import cohort_program
from cohort_program import ProgramTest, differences, wait_until

N_RUNS = 4


def study(updates=450, seeds=2, levels="[0, 300]"):
    """Few runs of some seconds each."""
    return f"""[study]
name = "long"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop/feedback=random"]
architecture   = "ctrnn/units=24,noise=0.1"
initialization = "gaussian/gain=0.8"
seed           = {seeds}
[training]
updates = {updates}
batch   = 8
[snapshots]
at_updates = {levels}
[similarity]
measures = ["procrustes"]
"""


class StopTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", study())
        cls.cohort("run", "study.toml", "-o", "reference.h5", ranks=2)

    def under_way(self, results):
        """Saved runs of a results file, by key."""
        folder = self.path(results + ".running")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def finish_in_parts(self, results, stop, ranks=(2, 1, 3), options=()):
        """Starts the job again and again, on other numbers of ranks, until it is done. Returns its exit codes."""
        codes = []
        while not codes or codes[-1] != 0:
            self.assertLess(len(codes), 60, "it comes to its end")
            job = self.start("run", "study.toml", "-o", results, *options, ranks=ranks[len(codes) % len(ranks)])
            stop(job)
            job.wait()
            codes.append(job.code)
        self.assertEqual(differences(self.path(results), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path(results + ".running")))
        return codes

    def test_a_study_whose_runs_are_longer_than_a_job_ends(self):
        """No job is long enough for one run: there would be no end if it began anew each time."""
        seconds = float(max(self.read("reference.h5", "/state/wall_s")))
        def stop_soon(job):
            wait_until_at_work = time.monotonic() + 20
            while job.is_running() and not self.is_at_work("short.h5") and time.monotonic() < wait_until_at_work:
                time.sleep(0.01)
            time.sleep(0.35 * seconds)
            if job.is_running():
                job.send(signal.SIGUSR1)
        codes = self.finish_in_parts("short.h5", stop_soon)
        self.assertEqual(set(codes[:-1]), {75})
        self.assertGreaterEqual(len(codes), 3)
        # What the table says of a run's time is the time of all its parts.
        self.assertGreater(min(self.read("short.h5", "/state/wall_s")), 0.3 * seconds)

    def is_at_work(self, results):
        return os.path.exists(self.path(results)) and os.path.exists(self.path(results + ".lease"))

    def test_time_that_is_nearly_over_ends_the_job(self):
        job = self.cohort("run", "study.toml", "-o", "time.h5", "--time-left", "0:01", ranks=2, expect=75)
        self.assertIn("stopped early on purpose: its time of 1.0 s is nearly over; run the same command again", job.out)
        self.assertLess(job.seconds, 20)
        self.assertLess(self.n_finished("time.h5"), N_RUNS)

    def test_a_stop_file_ends_the_job_and_keeps_others_away(self):
        self.write("longer.toml", study(updates=500))
        self.cohort("run", "longer.toml", "-o", "longer.h5", ranks=2)
        job = self.start("run", "longer.toml", "-o", "file.h5", "--save-every", "0", ranks=2)
        wait_until(lambda: self.under_way("file.h5"), job)
        self.write("file.h5.stop", "")
        self.assertEqual(job.wait(), 75)
        self.assertIn("file.h5.stop asks for it, and for no other job: delete it first", job.out)
        saved = self.under_way("file.h5")
        self.assertGreaterEqual(len(saved), 1)
        self.cohort("run", "longer.toml", "-o", "file.h5", expect=75)
        self.assertEqual(self.under_way("file.h5"), saved)
        os.remove(self.path("file.h5.stop"))
        status = self.cohort("status", "file.h5").out
        self.assertIn(f"{len(saved)} run{'s' * (len(saved) > 1)} under way", status)
        counts = re.findall(r"(?:rule|seed) +\S+ +(\d) +0 +0 +(\d)\n", status)
        self.assertEqual([int(done) + int(left) for done, left in counts], [2, 2, 2, 2])
        self.assertEqual(sum(int(done) for done, _ in counts), 2 * self.n_finished("file.h5"))
        last = self.cohort("run", "longer.toml", "-o", "file.h5", ranks=2)
        self.assertIn(f"{len(saved)} of them under way", last.err)
        self.assertEqual(differences(self.path("file.h5"), self.path("longer.h5")), [])
        self.assertFalse(os.path.exists(self.path("file.h5.running")))

    def test_a_killed_job_goes_on_from_what_was_saved(self):
        def kill(job):
            before = self.under_way("killed.h5"), self.n_finished("killed.h5")
            wait_until(lambda: (self.under_way("killed.h5"), self.n_finished("killed.h5")) != before or
                       self.n_finished("killed.h5") == N_RUNS, job)
            time.sleep(0.3)
            job.kill()
        for _ in range(3):
            kill(self.start("run", "study.toml", "-o", "killed.h5", "--save-every", "0", ranks=2))
        job = self.cohort("run", "study.toml", "-o", "killed.h5", ranks=2)
        self.assertEqual(differences(self.path("killed.h5"), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path("killed.h5.running")))

    def test_status_tells_how_far_a_job_is(self):
        job = self.start("run", "study.toml", "-o", "watched.h5", ranks=2)
        wait_until(lambda: self.n_finished("watched.h5") >= 1, job)
        watch = self.start("status", "watched.h5", "--watch", "0.2")
        status = self.cohort("status", "watched.h5").out
        known = json.loads(self.cohort("status", "watched.h5", "--json").out)
        self.assertTrue(job.is_running())
        self.assertRegex(status, r"last sign of life \d+ s ago\n")
        self.assertRegex(status, r"training: \d runs ended in .*, [\d.e+]+ an hour\n")
        self.assertRegex(status, r"\d runs? left: about .* on 2 ranks, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\n")
        self.assertRegex(status, r"under way: \d runs?, the longest, run \d on rank \d, for ")
        self.assertTrue(known["works_on_it"]["is_alive"])
        self.assertGreaterEqual(known["job"]["runs"], 1)
        self.assertEqual(len(known["job"]["ranks"]), 2)
        self.assertEqual(sum(known["runs"].values()), N_RUNS)
        self.assertEqual({level["factor"] for level in known["levels"]}, {"rule", "seed"})
        self.assertEqual(job.wait(), 0)
        self.assertEqual(watch.wait(), 0, watch.err)
        self.assertGreater(watch.out.count("long: 4 runs:"), 1)
        last = json.loads(self.cohort("status", "watched.h5", "--json").out)
        self.assertEqual((last["works_on_it"], last["runs"]["done"], last["job"]["reason"]), (None, N_RUNS, "finished"))

    def stopped(self, results, text=None):
        """A job that was stopped with runs under way."""
        job = self.start("run", self.write(results + ".toml", text or study()), "-o", results, "--save-every", "0", ranks=2)
        wait_until(lambda: len(self.under_way(results)) == 2, job)
        job.send(signal.SIGUSR1)
        self.assertEqual(job.wait(), 75, job.err)
        return [os.path.join(results + ".running", key) for key in self.under_way(results)]

    def test_saved_runs_that_cannot_be_used_begin_anew(self):
        one, other = self.stopped("damaged.h5")
        with open(self.path(one), "r+b") as file:
            file.seek(200)
            byte = file.read(1)[0]
            file.seek(200)
            file.write(bytes([byte ^ 1]))
        self.write(other, "hello\n")
        job = self.cohort("run", "study.toml", "-o", "damaged.h5")
        self.assertIn(f"{one} is damaged; its run begins anew", job.err)
        self.assertIn(f"{other} is no saved run; its run begins anew", job.err)
        self.assertEqual(differences(self.path("damaged.h5"), self.path("reference.h5")), [])
        self.assertFalse(os.path.exists(self.path("damaged.h5.running")))

    def test_a_study_that_stores_something_else_begins_its_runs_anew(self):
        self.stopped("changed.h5", study(levels="[0, 299]"))
        job = self.cohort("run", "study.toml", "-o", "changed.h5", ranks=2)
        self.assertEqual(job.err.count("is of another run, or of one of which something else is stored"), 2)
        self.assertEqual(self.n_finished("changed.h5"), N_RUNS)

    def test_a_study_that_grows_goes_on_with_its_runs(self):
        self.stopped("grown.h5", study(seeds=1))
        job = self.cohort("run", "study.toml", "-o", "grown.h5", ranks=2)
        self.assertIn("2 of them under way", job.err)
        self.assertEqual(differences(self.path("grown.h5"), self.path("reference.h5")), [])

    def test_times_that_are_none(self):
        for text in ("soon", "1:2:3:4", "-1", "1.5", ""):
            with self.subTest(text=text):
                job = self.cohort("run", "study.toml", "-o", "bad.h5", f"--time-left={text}", expect=2)
                self.assertIn("--time-left", job.err)
                self.assertEqual(job.err.count("\n"), 1, job.err)
        self.assertFalse(os.path.exists(self.path("bad.h5")))


if __name__ == "__main__":
    cohort_program.main()
