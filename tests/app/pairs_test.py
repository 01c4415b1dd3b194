"""Which pairs of networks are compared: all, none, or some that are drawn by the runs' keys."""

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, save_recording, study

MEASURES = '["procrustes", "pwcca"]'  # symmetric, and not


def text(pairs, seeds=3, more="", measures=MEASURES):
    made = study(seeds=seeds, updates=5, starts=2).replace('["procrustes"]', f"{measures}\npairs = {pairs}")
    made = made.replace("at_error   = [0.9, 0.5]\n", "").replace("[similarity]", "[similarity]\nresamples = 3")
    return made.replace("fixed_points = { starts = 2 }\n", "").replace("[dynamics]\n", more)


def stored(file, name):
    with h5py.File(file, "r") as opened:
        return opened[name][()]


class PairsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        for name, pairs in (("all", "true"), ("none", "false"), ("drawn", '"sample:20"')):
            cls.write(f"{name}.toml", text(pairs))
            cls.cohort("run", f"{name}.toml", "-o", f"{name}.h5")

    def test_false_keeps_recordings_and_no_pairs(self):
        with h5py.File(self.path("none.h5"), "r") as file, h5py.File(self.path("all.h5"), "r") as whole:
            n = len(file["state/status"])
            for name, dataset in file["similarity"].items():
                if isinstance(dataset, h5py.Dataset):
                    self.assertLess(dataset.shape.count(n), 2, name)
            numpy.testing.assert_array_equal(file["similarity/procrustes_recording"], whole["similarity/procrustes_recording"])
            self.assertIn("run", file["similarity"])
            self.assertNotIn("procrustes_embedding", file["similarity"])

    def test_drawn_pairs_have_the_values_of_the_matrix(self):
        with h5py.File(self.path("drawn.h5"), "r") as file, h5py.File(self.path("all.h5"), "r") as whole:
            here, there = file["similarity"], whole["similarity"]
            runs, keys = here["pair_run"][()], whole["design/key"].asstr()[()]
            self.assertEqual(len(set(map(tuple, runs))), 20)
            self.assertTrue((runs[:, 0] < runs[:, 1]).all())
            for pair, label in enumerate(here["pair"].asstr()[()]):
                self.assertEqual(sorted(keys[runs[pair]]), label.split())
            first, second = runs.T
            numpy.testing.assert_array_equal(here["procrustes_pairs"], there["procrustes"][()][:, first, second])
            numpy.testing.assert_array_equal(here["pwcca_pairs"][..., 0], there["pwcca"][()][:, first, second])
            numpy.testing.assert_array_equal(here["pwcca_pairs"][..., 1], there["pwcca"][()][:, second, first])
            numpy.testing.assert_array_equal(here["pwcca_pairs_reason"], 1)
            self.assertTrue((here["procrustes_pairs"][-1] > 0).all())  # untrained networks of a seed may be the same
            self.assertEqual([d.label for d in here["pwcca_pairs"].dims], ["level", "pair", "direction"])
            self.assertNotIn("procrustes", here)

    def test_the_pairs_and_their_bits_are_the_same_on_any_number_of_ranks(self):
        for ranks in (2, 3):
            self.cohort("run", "drawn.toml", "-o", f"drawn{ranks}.h5", ranks=ranks)
            self.assertEqual(differences(self.path("drawn.h5"), self.path(f"drawn{ranks}.h5")), [])
        self.assertIn("24 of 24 runs whole", self.cohort("verify", "drawn3.h5").out)

    def test_a_resumed_job_computes_what_is_missing(self):
        self.cohort("run", "drawn.toml", "-o", "resumed.h5")
        with self.open_for_writing("resumed.h5") as file:
            file["similarity/procrustes_pairs"][0, 3] = 7
            file["similarity/pwcca_pairs_made_from"][1, 2] = 0
            file["similarity/pwcca_pairs"][1, 2] = numpy.nan
        self.cohort("run", "drawn.toml", "-o", "resumed.h5", ranks=2)
        self.assertEqual(differences(self.path("drawn.h5"), self.path("resumed.h5")), [])

    def test_a_study_that_grows_keeps_the_pairs_that_are_still_drawn(self):
        self.cohort("run", "drawn.toml", "-o", "grown.h5")
        self.write("grown.toml", text('"sample:20"', seeds=4))
        plan = self.cohort("plan", "grown.toml", "-o", "grown.h5").out
        self.assertIn("20 of 496 compared", plan)
        self.cohort("run", "grown.toml", "-o", "grown.h5", ranks=2)
        self.cohort("run", "grown.toml", "-o", "fresh.h5")
        old, new = (set(stored(self.path(f"{name}.h5"), "similarity/pair")) for name in ("drawn", "grown"))
        self.assertGreater(len(old & new), 4)
        self.assertLess(len(old & new), 20)
        made = [name for name in differences(self.path("grown.h5"), self.path("fresh.h5")) if "/similarity/" in name]
        self.assertEqual(made, [])

    def test_plan_says_what_is_left_out_and_counts_less(self):
        plans = {name: self.cohort("plan", f"{name}.toml").out for name in ("all", "none", "drawn")}
        self.assertNotIn("left out", plans["all"])
        why = ("warning: effects of factors on distances and maps of the networks are left out: they need all pairs, and "
               "[similarity] pairs = ")
        self.assertIn(why + "false\n", plans["none"])
        self.assertIn(why + "sample:20\n", plans["drawn"])
        self.assertIn("none of 276 compared", plans["none"])
        self.assertIn("20 of 276 compared, drawn by the keys of the runs", plans["drawn"])
        self.assertNotIn("for each pair of runs", plans["none"])
        self.assertNotIn("for each pair of runs", plans["drawn"])

    def test_bad_values_are_one_line(self):
        for name, pairs, more, expected in (
                ("number", "5", "", "[similarity] pairs = 5 is not possible (true, false or \"sample:N\" with N in"),
                ("none", '"sample:0"', "", "[similarity] pairs = sample:0 is not possible"),
                ("word", '"sample:many"', "", "[similarity] pairs = sample:many is not possible"),
                ("list", '[1, 2]', "", "[similarity] pairs = [1,2] is not possible"),
                ("effects", "false", "[effects]\ndistances = true\n", "effects of factors on distances need all pairs"),
        ):
            self.write(f"bad_{name}.toml", text(pairs, more=more))
            job = self.cohort("plan", f"bad_{name}.toml", expect=2)
            self.assertEqual(len(job.err.splitlines()), 1, job.err)
            self.assertIn(expected, job.err)
        self.write("nothing.toml", text("false").replace('recordings = ["recording.npy"]\n', ""))
        job = self.cohort("plan", "nothing.toml", expect=2)
        self.assertEqual(len(job.err.splitlines()), 1, job.err)
        self.assertIn("[similarity] measures have nothing to compare (pairs = false, and there are no recordings)", job.err)


if __name__ == "__main__":
    cohort_program.main()
