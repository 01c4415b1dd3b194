"""What a study finds of its networks' dynamics and curvature does not depend on ranks, kills or restarts, and a change of
its options computes again what depends on them and nothing else."""

import random
import shutil
import signal
import time

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, wait_until

N_RUNS = 8
FIXED_POINTS = 'fixed_points = { starts = 24, levels = ["update=4", "final"], modes = 2, graph = true }'
LYAPUNOV = "lyapunov = { steps = 60, transient = 5, trials = 2, exponents = 3, every = 2 }"
CURVATURE = "curvature = { batch = 4, probes = 2, at = [6], critical = true }"
STUDY = f"""[study]
name = "dynamics"
[task]
name = "context_integration_mante_2013"
[factors]
rule = ["bptt", "eprop"]
architecture = ["ctrnn/units=7,activation=tanh", "gru/units=4"]
initialization = ["gaussian/gain=1.5"]
seed = 2
[training]
updates = 8
batch = 4
flossing = {{ exponents = 2, before = 3, every = 2, trials = 1 }}
[snapshots]
at_updates = [0, 4]
[dynamics]
{FIXED_POINTS}
{LYAPUNOV}
rich_lazy = {{ kernel_samples = 6 }}
{CURVATURE}
"""
ANALYSES = ("dynamics/fixed_points", "dynamics/lyapunov", "dynamics/rich_lazy", "dynamics/curvature")
LEVELS = ["update=0", "update=4", "update=6", "final"]


class DynamicsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "reference.h5")

    def assert_same(self, results, reference="reference.h5"):
        self.assertEqual(differences(self.path(results), self.path(reference)), [])

    def names(self, results, dataset):
        return [name.decode() if isinstance(name, bytes) else name for name in self.read(results, dataset)]

    def test_the_reference_has_what_was_asked_for_at_its_levels(self):
        self.assertEqual(self.names("reference.h5", "/snapshots/level"), LEVELS)
        self.assertTrue(set(ANALYSES) <= set(self.names("reference.h5", "/analyses/analysis")))
        for name, levels in (("point_count", (1, 3)), ("lambda_max", (0, 1, 2, 3)), ("kernel_alignment", (0, 1, 2, 3)),
                             ("hessian_max", (2, 3)), ("curvature/critical_rate", ()), ("curvature/rho_leading", (2, 3))):
            there = numpy.isfinite(self.read("reference.h5", "/dynamics/" + name))
            for level in levels:
                self.assertTrue(there[:, level].all(), f"{name} at {LEVELS[level]}")
            if name in ("point_count", "hessian_max"):
                self.assertEqual(there.sum(), N_RUNS * len(levels), name)
        self.assertTrue((self.read("reference.h5", "/dynamics/curvature/update_status")[:, 2:] == 1).all())
        flossed = numpy.isfinite(self.read("reference.h5", "/curves/regularizer")[:, :8])
        self.assertTrue(flossed.all())

    def test_any_number_of_ranks(self):
        for ranks in (2, 3):
            with self.subTest(ranks=ranks):
                self.cohort("run", "study.toml", "-o", f"on_{ranks}.h5", ranks=ranks)
                self.assert_same(f"on_{ranks}.h5")

    def test_killed_in_training_and_in_each_analysis(self):
        """Where a kill comes too late for an analysis this small, the job has ended and nothing is lost either."""
        chance = random.Random(3)
        names = self.names("reference.h5", "/analyses/analysis")
        moments = [lambda: self.n_finished("killed.h5") >= 2]
        for name in ANALYSES:
            number = names.index(name)
            moments.append(lambda number=number: self.n_finished("killed.h5") == N_RUNS and
                           self.read("killed.h5", "/analyses/n_items")[number] >= 0)
        n_killed = 0
        for moment in moments:
            job = self.start("run", "study.toml", "-o", "killed.h5", "--save-every", "0", "--tries", "1000", ranks=2)
            while job.is_running() and not moment():
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.02))
            n_killed += job.kill()
        self.assertGreaterEqual(n_killed, 3)
        self.cohort("run", "study.toml", "-o", "killed.h5", ranks=2)
        self.assert_same("killed.h5")
        self.assertLess(self.read("killed.h5", "/state/attempts").max(), 1000)
        self.cohort("verify", "killed.h5")

    def test_stopped_within_an_analysis_it_goes_on_with_what_it_has(self):
        self.write("long.toml", STUDY.replace("starts = 24", "starts = 1200"))
        job = self.start("run", "long.toml", "-o", "stopped.h5")
        number = self.names("reference.h5", "/analyses/analysis").index("dynamics/fixed_points")
        wait_until(lambda: self.n_finished("stopped.h5") == N_RUNS and
                   self.read("stopped.h5", "/analyses/n_items")[number] >= 0, job)
        job.send(signal.SIGTERM)
        job.wait()
        self.assertEqual(job.code, 75, job.out + job.err)
        self.assertIn("dynamics/fixed_points", job.out)
        self.cohort("run", "study.toml", "-o", "stopped.h5")  # with fewer starts again
        self.assert_same("stopped.h5")
        self.assertEqual(self.read("stopped.h5", "/state/attempts").tolist(), [1] * N_RUNS)

    def test_other_options_of_one_analysis_compute_that_one_again(self):
        shutil.copy(self.path("reference.h5"), self.path("options.h5"))
        changed = STUDY.replace(LYAPUNOV, LYAPUNOV.replace("steps = 60", "steps = 61"))
        changed = changed.replace(CURVATURE, CURVATURE.replace("critical = true", "first_trial = 4"))
        self.write("options.toml", changed)
        plan = self.cohort("plan", "options.toml", "-o", "options.h5").out
        self.assertRegex(plan, r"8 of 8 runs (are )?kept")
        self.cohort("run", "options.toml", "-o", "options.h5", ranks=2)
        self.cohort("run", "options.toml", "-o", "fresh.h5", ranks=2)
        found = differences(self.path("options.h5"), self.path("fresh.h5"))
        self.assertEqual([name for name in found if name != "/@study"], [])  # the text that the file was made with
        with h5py.File(self.path("options.h5"), "r") as new, h5py.File(self.path("reference.h5"), "r") as old:
            same = {name: numpy.array_equal(new[f"/{name}/made_from"][()], old[f"/{name}/made_from"][()])
                    for name in ANALYSES if f"/{name}/made_from" in new}
            self.assertTrue(numpy.array_equal(new["/dynamics/made_from"][()], old["/dynamics/made_from"][()]))
        self.assertEqual(same, {"dynamics/lyapunov": False, "dynamics/rich_lazy": True, "dynamics/curvature": False})


if __name__ == "__main__":
    cohort_program.main()
