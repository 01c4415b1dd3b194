"""A stop or a death in an analysis costs no more than its last round, and a stop is quick."""

import signal
import time

import cohort_program
from cohort_program import ProgramTest, differences, numpy, wait_until

N_MANY = 600
MANY_PAIRS = f"""[study]
name = "many_pairs"
[task]
name = "delayed_match_to_sample"
[factors]
rule = ["bptt"]
architecture = ["ctrnn/units=20"]
initialization = ["gaussian"]
seed = {N_MANY}
[training]
updates = 1
batch = 2
[similarity]
measures = ["procrustes"]
"""


class AnalysisStopTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("many.toml", MANY_PAIRS)
        cls.cohort("run", "many.toml", "-o", "many.h5", ranks=2)

    def test_a_signal_ends_an_analysis_within_two_seconds(self):
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                results = f"stopped_on_{ranks}.h5"
                job = self.start("run", "many.toml", "-o", results, ranks=ranks)
                wait_until(lambda: self.n_rounds_began(results), job)
                time.sleep(0.4)  # well into a long round, with many items to keep
                start = time.time()
                job.send(signal.SIGTERM if ranks == 1 else signal.SIGUSR1)
                job.wait()
                self.assertEqual(job.code, 75, job.out + job.err)
                # What the program did; mpirun may take another second or two to notice that its ranks are gone.
                self.assertLess(self.read(results, "/segments/ended")[0] - start, 2)
                if ranks == 1:
                    self.assertLess(time.time() - start, 2)
                self.assertRegex(self.cohort("status", results).out,
                                 r"similarity/procrustes: \d+ of 741 items done, 0 failed, remaining: ")
                self.go_on_with_what_is_kept(results, ranks)

    def test_a_killed_analysis_goes_on_after_its_last_whole_round(self):
        job = self.start("run", "many.toml", "-o", "killed.h5", ranks=2)
        wait_until(lambda: self.n_rounds_began("killed.h5"), job)
        self.assertTrue(job.kill(), "the job was still running")
        self.go_on_with_what_is_kept("killed.h5", 2)

    def n_rounds_began(self, results):
        """Whether a round of the analysis is in the file, and the next one is under way."""
        return self.n_finished(results) == N_MANY and 0 < self.read(results, "/analyses/n_done")[0]

    def go_on_with_what_is_kept(self, results, ranks):
        """What the file has of pairs is not computed again, and the end is that of a job that was left alone."""
        made = self.read(results, "/similarity/procrustes_made_from") > 0
        self.assertTrue(made.any())
        self.assertFalse(made.all())
        kept = tuple(numpy.argwhere(made)[0])
        self.plant(results, "/similarity/procrustes", kept, -1.0)
        self.cohort("run", "many.toml", "-o", results, ranks=ranks)
        self.assertEqual(self.read(results, "/similarity/procrustes")[kept], -1.0)
        self.plant(results, "/similarity/procrustes", kept, self.read("many.h5", "/similarity/procrustes")[kept])
        self.plant(results, "/similarity/procrustes_embedding_made_from", (0,), 0)  # it was made from the planted one
        self.cohort("run", "many.toml", "-o", results, ranks=ranks)
        self.assertEqual(differences(self.path(results), self.path("many.h5")), [])


if __name__ == "__main__":
    cohort_program.main()
