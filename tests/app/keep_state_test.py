"""A study that keeps the states of its runs may grow in updates: its runs go on, with the bits of a longer study."""

import glob
import os
import re
import shutil
import time

import cohort_program
from cohort_program import ProgramTest, differences, wait_until


def study(updates, seeds=2, snapshots="at_updates = [0]", training="keep_state = true"):
    return f"""[study]
name = "growing"
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop/feedback=random", "dni"]
architecture   = "ctrnn/units=10,noise=0.1"
initialization = "gaussian/gain=0.8"
seed           = {seeds}
[training]
updates        = {updates}
evaluate_every = 7
batch          = 6
{training}
[snapshots]
{snapshots}
at_error   = [0.97]
weights    = true
[similarity]
measures = ["procrustes"]
"""


N_RUNS = 6
LONG = study(60, snapshots="at_updates = [0, 40]")


class KeepStateTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("short.toml", study(20))
        cls.write("long.toml", LONG)
        cls.cohort("run", "long.toml", "-o", "once.h5", ranks=2)
        cls.cohort("run", "short.toml", "-o", "short.h5", ranks=2)

    def short(self, results):
        """The results of the shorter study, with their states."""
        shutil.copy(self.path("short.h5"), self.path(results))
        shutil.copytree(self.path("short.h5.states"), self.path(results + ".states"))

    def states(self, results):
        return sorted(glob.glob(self.path(results + ".states/??/*")))

    def assert_as_at_once(self, results):
        self.assertEqual(differences(self.path(results), self.path("once.h5")), [])

    def test_a_longer_study_is_the_same_study(self):
        self.assertEqual(len(self.states("short.h5")), N_RUNS)
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                results = f"on_{ranks}.h5"
                self.short(results)
                plan = self.cohort("plan", "long.toml", "-o", results)
                self.assertIn(f"{N_RUNS} of them go on from where they ended", plan.out)
                job = self.cohort("run", "long.toml", "-o", results, ranks=ranks)
                self.assertIn(f"{N_RUNS} of them from where they ended", job.err)
                self.assert_as_at_once(results)
                self.assertTrue(os.path.exists(self.path(results + ".previous")), "the shorter results are kept aside")

    def test_runs_that_go_on_are_not_trained_from_the_beginning(self):
        self.short("marked.h5")
        for path in self.states("marked.h5")[1:]:
            os.remove(path)
        job = self.cohort("run", "long.toml", "-o", "marked.h5", ranks=2)
        self.assertIn("1 of them from where they ended", job.err)
        self.assert_as_at_once("marked.h5")

    def test_a_kill_meanwhile_changes_nothing(self):
        self.short("killed.h5")
        for pause in (0.1, 0.5, 0.9):
            job = self.start("run", "long.toml", "-o", "killed.h5", "--save-every", "0", ranks=2)
            wait_until(lambda: os.path.exists(self.path("killed.h5.running")) or not job.is_running(), job)
            time.sleep(pause)
            job.kill()
        self.cohort("run", "long.toml", "-o", "killed.h5", ranks=2)
        self.assert_as_at_once("killed.h5")

    def test_damaged_states_begin_anew(self):
        self.short("damaged.h5")
        path = self.states("damaged.h5")[0]
        with open(path, "r+b") as file:
            file.seek(300)
            byte = file.read(1)[0]
            file.seek(300)
            file.write(bytes([byte ^ 1]))
        job = self.cohort("run", "long.toml", "-o", "damaged.h5")
        self.assertIn(f"{os.path.basename(path)} is damaged; its run begins anew", job.err)
        self.assert_as_at_once("damaged.h5")

    def test_shards_are_merged_with_their_states(self):
        for shard in (1, 2):
            self.cohort("run", "short.toml", "-o", "half.h5", "--shard", f"{shard}/2")
        shards = [os.path.basename(path) for path in sorted(glob.glob(self.path("half.h5.shard-*[0-9]")))]
        self.cohort("merge", "short.toml", *shards, "-o", "merged.h5")
        self.assertEqual(len(self.states("merged.h5")), N_RUNS)
        self.cohort("run", "long.toml", "-o", "merged.h5")
        self.assert_as_at_once("merged.h5")

    def test_only_such_studies_may_grow(self):
        self.write("plain.toml", study(20, training=""))
        self.cohort("run", "plain.toml", "-o", "plain.h5")
        self.assertEqual(self.states("plain.h5"), [])
        self.write("longer.toml", study(60, training=""))
        job = self.cohort("run", "longer.toml", "-o", "plain.h5", expect=2)
        self.assertIn("[training] updates: 20 -> 60", job.err)
        job = self.cohort("run", "long.toml", "-o", "plain.h5", expect=2)
        self.assertIn("[training] keep_state: false -> true", job.err)
        self.short("other.h5")
        self.write("other.toml", LONG.replace("batch          = 6", "batch = 7"))
        job = self.cohort("run", "other.toml", "-o", "other.h5", expect=2)
        self.assertIn("[training] batch: 6 -> 7", job.err)
        self.assertNotIn("updates", job.err)

    def test_the_plan_says_what_states_take(self):
        self.write("sizes.toml", study(20).replace("at_error   = [0.97]\n", ""))  # every level is reached
        self.cohort("run", "sizes.toml", "-o", "sizes.h5")
        plan = self.cohort("plan", "sizes.toml").out
        said = float(re.search(r"states of runs that ended: .*, ([\d.]+) kB for each", plan).group(1))
        real = sum(os.path.getsize(path) for path in self.states("sizes.h5")) / N_RUNS / 1e3
        self.assertLess(abs(said / real - 1), 0.1, (said, real))


if __name__ == "__main__":
    cohort_program.main()
