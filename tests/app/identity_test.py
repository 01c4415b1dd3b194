"""The results of a study are the same, bit for bit, for any number of ranks, any order, and any number of restarts."""

import os
import random
import shutil
import signal
import time

import cohort_program
from cohort_program import (DATASETS_ABOUT_THE_JOB, ProgramTest, differences, h5py, numpy, save_recording, study,
                            wait_until)

N_RUNS = 16
DYNAMICS = """lyapunov = { steps = 20, transient = 5, trials = 2, exponents = 3, every = 2 }
rich_lazy = { kernel_samples = 4 }
curvature = { parameters = "b_out", batch = 4, probes = 2 }
"""


class IdentityTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study(starts=48) + DYNAMICS)
        cls.cohort("run", "study.toml", "-o", "reference.h5")

    def assert_same(self, results, reference="reference.h5"):
        self.assertEqual(differences(self.path(results), self.path(reference)), [])

    def assert_nothing_left_over(self, results, may_be=()):
        left = sorted(name for name in os.listdir(self.directory) if name.startswith(results))
        self.assertEqual([name for name in left if name not in may_be], [results])

    # The comparison itself

    def test_the_reference_has_results_to_compare(self):
        self.assertEqual(self.n_finished("reference.h5"), N_RUNS)
        self.assertTrue((self.read("reference.h5", "/snapshots/update")[:, 1] >= 0).any(), "a matched level is reached")
        self.assertTrue((self.read("reference.h5", "/dynamics/n_fixed_points") > 0).any())
        for name in ("lambda_max", "lambda_max_autonomous", "weight_change", "kernel_alignment"):
            self.assertTrue(numpy.isfinite(self.read("reference.h5", "/dynamics/" + name)[:, 0]).all(), name)
        for name in ("procrustes", "procrustes_recording"):
            self.assertTrue(numpy.isfinite(self.read("reference.h5", "/similarity/" + name)[-1]).all())

    def test_another_seed_gives_other_results(self):
        self.write("other.toml", study(study_seed=2, starts=48) + DYNAMICS)
        self.cohort("run", "other.toml", "-o", "other.h5")
        found = differences(self.path("other.h5"), self.path("reference.h5"))
        for name in ("/curves/loss", "/snapshots/representation", "/snapshots/parameters", "/similarity/procrustes",
                     "/similarity/procrustes_recording", "/dynamics/fixed_points", "/dynamics/lambda_max",
                     "/dynamics/weight_change", "/design/key"):
            self.assertIn(name, found)

    def test_one_flipped_bit_is_found_and_that_run_made_again(self):
        shutil.copy(self.path("reference.h5"), self.path("flipped.h5"))
        with h5py.File(self.path("flipped.h5"), "r") as file:
            place = file["/curves/loss"].id.get_offset() + 7 * file["/curves/loss"][0].nbytes + 100
        with open(self.path("flipped.h5"), "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1]))
        self.assertEqual(differences(self.path("flipped.h5"), self.path("reference.h5")), ["/curves/loss"])
        verdict = self.cohort("verify", "flipped.h5", expect=2)
        self.assertIn("run 7: its checksum is wrong", verdict.out)
        self.assertIn("15 of 16 runs whole, 1 broken", verdict.out)
        self.cohort("run", "study.toml", "-o", "flipped.h5")
        self.assert_same("flipped.h5")
        self.assertEqual(self.read("flipped.h5", "/state/attempts").tolist(), [2 if run == 7 else 1 for run in range(16)])

    # Ranks and order

    def test_any_number_of_ranks(self):
        for ranks in (2, 3, 4):
            with self.subTest(ranks=ranks):
                results = f"on_{ranks}.h5"
                self.cohort("run", "study.toml", "-o", results, ranks=ranks)
                self.assert_same(results)
                self.assertGreater(len(set(self.read(results, "/state/rank"))), 1, "several ranks trained")

    def test_any_order(self):
        starts = {}
        for order in ("listed", "reversed"):
            with self.subTest(order=order):
                self.cohort("run", "study.toml", "-o", f"{order}.h5", "--order", order, ranks=2)
                self.assert_same(f"{order}.h5")
                starts[order] = self.read(f"{order}.h5", "/state/started")
        self.assertIn(starts["listed"].argmin(), (0, 1))  # of two ranks, either may be the first to begin
        self.assertIn(starts["reversed"].argmin(), (N_RUNS - 1, N_RUNS - 2))

    # Kills

    def test_killed_again_and_again_on_2_ranks(self):
        self.kill_and_finish("killed_on_2.h5", 2, random.Random(2))

    def test_killed_again_and_again_on_4_ranks(self):
        self.kill_and_finish("killed_on_4.h5", 4, random.Random(4))

    def kill_and_finish(self, results, ranks, chance):
        """Kills the job once while it makes the file, three times in training, once in each analysis."""
        kept = {}
        analyses = [name.decode() for name in self.read("reference.h5", "/analyses/analysis")]
        self.assertGreaterEqual(len(analyses), 6)
        for moment in (self.file_is_being_made, self.more_runs_are_finished, self.more_runs_are_finished,
                       self.more_runs_are_finished, *(self.analysis_has_begun(number) for number in range(len(analyses)))):
            job = self.start("run", "study.toml", "-o", results, ranks=ranks)
            wait_until(moment(results, chance), job)
            time.sleep(chance.uniform(0, 0.02))
            self.assertTrue(job.kill(), "the job was still running")
            self.assertTrue(os.path.exists(self.path(results + ".lease")), "the job was still working")
            kept = self.look_after_kill(results, kept)
            print(f"killed with {len(kept)} runs finished", end="; ", flush=True)
        self.assertEqual(len(kept), N_RUNS)
        job = self.cohort("run", "study.toml", "-o", results, ranks=ranks)
        self.assertIn("its process is gone", job.err)  # the lease of the killed job
        self.assertLess(job.seconds, 30, "a dead job's lease is not waited for")
        self.look_after_kill(results, kept)
        self.assert_same(results)
        self.assert_nothing_left_over(results)

    def file_is_being_made(self, results, chance):
        return lambda: os.path.exists(self.path(results + ".lease"))

    def more_runs_are_finished(self, results, chance):
        wanted = self.n_finished(results) + chance.randint(1, 3)
        return lambda: self.n_finished(results) >= wanted

    def analysis_has_begun(self, number):
        return lambda results, chance: lambda: (self.n_finished(results) == N_RUNS and
                                                self.read(results, "/analyses/n_items")[number] >= 0)

    def look_after_kill(self, results, kept_before):
        """A killed job leaves a whole file, or none. Returns what it says about its finished runs; what it said before
        must still be there, because a finished run is never made again."""
        if not os.path.exists(self.path(results)):
            self.assertEqual(kept_before, {})
            return {}
        with h5py.File(self.path(results), "r") as file:
            status = file["/state/status"][:]
            kept = {run: [file[name][run] for name in DATASETS_ABOUT_THE_JOB] for run in range(N_RUNS) if status[run] == 1}
        for run, before in kept_before.items():
            self.assertEqual(kept.get(run), before, f"run {run}")
        verdict = self.start("verify", results)
        verdict.wait()
        *left, counts = verdict.out.splitlines()  # a lease, analyses that are to do
        self.assertEqual(counts, f"{len(kept)} of 16 runs whole, 0 broken, 0 failed, {N_RUNS - len(kept)} to do")
        self.assertEqual(verdict.code, 0 if len(kept) == N_RUNS and not left else 3)
        return kept

    # Stops on purpose

    def test_stopped_by_a_signal_to_mpirun(self):
        self.stop_and_finish("usr1.h5", 2, lambda job: job.send(signal.SIGUSR1))

    def test_stopped_by_a_signal_to_all_ranks(self):
        self.stop_and_finish("term_ranks.h5", 4, lambda job: job.send_to_ranks(signal.SIGTERM))

    def test_stopped_by_a_signal_to_a_job_of_one(self):
        self.stop_and_finish("term_alone.h5", 1, lambda job: job.send(signal.SIGTERM))

    def stop_and_finish(self, results, ranks, stop):
        job = self.start("run", "study.toml", "-o", results, ranks=ranks)
        wait_until(lambda: self.n_finished(results) >= 2, job)
        stop(job)
        job.wait()
        self.assertEqual(job.code, 75, job.out + job.err)
        self.assertIn("stopped early on purpose", job.out)
        self.assertLess(self.n_finished(results), N_RUNS)
        kept = self.look_after_kill(results, {})
        self.assert_nothing_left_over(results, [results + ".running"])
        job = self.cohort("run", "study.toml", "-o", results, ranks=ranks)
        self.assertNotIn("taking over", job.err)
        self.look_after_kill(results, kept)
        self.assert_nothing_left_over(results)
        self.assert_same(results)
        self.assertEqual([reason.decode() for reason in self.read(results, "/segments/reason")[:3]],
                         ["stopped early on purpose", "finished", ""])

    def test_mpirun_ended_by_sigterm(self):
        """mpirun itself then answers 1 and kills its ranks after a second: what is finished stays."""
        job = self.start("run", "study.toml", "-o", "term.h5", ranks=2)
        wait_until(lambda: self.n_finished("term.h5") >= 2, job)
        job.send(signal.SIGTERM)
        self.assertNotEqual(job.wait(), 0)
        job.wait_for_ranks()
        kept = self.look_after_kill("term.h5", {})
        self.assertGreaterEqual(len(kept), 2)
        self.cohort("run", "study.toml", "-o", "term.h5", ranks=2)
        self.look_after_kill("term.h5", kept)
        self.assert_same("term.h5")

    # A study that grows

    def test_added_seeds_keep_what_is_finished(self):
        self.grow("seeds.h5", study(seeds=3, starts=48))

    def test_an_added_larger_architecture_keeps_what_is_finished(self):
        self.grow("units.h5", study(units=(12, 20, 28), starts=48))

    def grow(self, results, larger):
        """The larger study equals one made at once, and does not train again what the smaller one had. The job that
        enlarges the file is killed once on the way."""
        larger_file = self.write("larger_" + results + ".toml", larger)
        fresh = "fresh_" + results
        self.cohort("run", larger_file, "-o", fresh, ranks=2)
        shutil.copy(self.path("reference.h5"), self.path(results))
        before = self.records_by_key(results)
        job = self.start("run", larger_file, "-o", results, ranks=2)
        wait_until(lambda: os.path.exists(self.path(results + ".partial")), job)
        job.kill()
        self.assertEqual(self.n_finished(results), N_RUNS)
        self.cohort("run", larger_file, "-o", results, ranks=2)
        after = self.records_by_key(results)
        self.assertGreater(len(after), len(before))
        for key, record in before.items():
            self.assertEqual(after[key], record)
        self.assert_same(results, fresh)
        self.assert_nothing_left_over(results)

    def records_by_key(self, results):
        with h5py.File(self.path(results), "r") as file:
            columns = [file[name][:].tolist() for name in DATASETS_ABOUT_THE_JOB]
            return dict(zip(file["/design/key"][:].tolist(), zip(*columns)))


if __name__ == "__main__":
    cohort_program.main()
