"""A study that is changed later keeps what still holds, and says beforehand what it keeps."""

import os
import pathlib
import shutil

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

CASES = pathlib.Path(os.environ.get("COHORT_SHARED_DIR", pathlib.Path(__file__).resolve().parents[3] / "shared")) / "cases"


def small(name="small", batch=4, seeds=2, rules='["bptt", "eprop"]', snapshots="at_updates = [0, 5]", more=""):
    return f"""[study]
name = "{name}"

[task]
name = "delayed_xor"

[factors]
rule = {rules}
architecture = "ctrnn/units=8,noise=0.1"
initialization = "gaussian"
seed = {seeds}

[training]
updates = 10
batch = {batch}

[snapshots]
{snapshots}

{more}"""


PROCRUSTES = '[similarity]\nmeasures = ["procrustes"]\n'
DYNAMICS = "[dynamics]\nfixed_points = { starts = 4 }\n"


class ChangedStudyTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", small(more=PROCRUSTES))
        cls.cohort("run", "study.toml", "-o", "first.h5")

    def setUp(self):
        shutil.copy(self.path("first.h5"), self.path("results.h5"))

    def tearDown(self):
        for name in os.listdir(self.directory):
            if name.startswith("results.h5"):
                os.remove(self.path(name))

    def run_changed(self, text, **options):
        self.write("changed.toml", text)
        return self.cohort("run", "changed.toml", "-o", "results.h5", **options)

    def plan_changed(self, text, **options):
        self.write("changed.toml", text)
        before = pathlib.Path(self.path("results.h5")).read_bytes()
        job = self.cohort("plan", "changed.toml", "-o", "results.h5", **options)
        self.assertEqual(pathlib.Path(self.path("results.h5")).read_bytes(), before, "a plan changes nothing")
        return job

    def assert_all_kept(self):
        self.assertEqual(self.read("results.h5", "/state/finished")[:4].tolist(),
                         self.read("first.h5", "/state/finished").tolist())

    def assert_same_training(self):
        for dataset in ("/curves/loss", "/curves/error"):
            self.assertEqual(self.read("results.h5", dataset)[:4].tobytes(), self.read("first.h5", dataset).tobytes())

    # What never makes another study

    def test_another_name(self):
        self.run_changed(small("another", more=PROCRUSTES))
        self.assert_all_kept()
        with h5py.File(self.path("results.h5"), "r") as file:
            self.assertEqual(numpy.array(file.attrs["title"]).astype(str), "another")

    def test_fewer_snapshots_and_no_measures(self):
        for snapshots in ("at_updates = [5]", "", "at_updates = [5, 0]"):
            with self.subTest(snapshots=snapshots):
                self.setUp()
                self.run_changed(small(snapshots=snapshots))
                self.assert_all_kept()

    def test_another_measure_option(self):
        job = self.run_changed(small(more=PROCRUSTES + "resamples = 7\n"))
        self.assertEqual(job.code, 0)
        self.assert_all_kept()

    def test_more_to_store_trains_the_same_networks_again(self):
        for change in ({"snapshots": "at_updates = [0, 5]\nweights = true"}, {"more": DYNAMICS},
                       {"snapshots": "at_updates = [0, 5]\noutputs = true"},
                       {"snapshots": "at_updates = [0, 5, 7]"}):
            with self.subTest(change=change):
                self.setUp()
                plan = self.plan_changed(small(**change)).out
                self.assertIn("results.h5: 0 of 4 runs are kept, 4 to train; 4 finished runs are trained again (", plan)
                job = self.run_changed(small(**change))
                self.assertIn("4 finished runs are trained again (", job.err)
                self.assert_same_training()

    def test_outputs_that_are_no_longer_stored_are_kept_aside(self):
        with_outputs = small(snapshots="at_updates = [0, 5]\noutputs = true")
        self.run_changed(with_outputs)
        outputs = self.read("results.h5", "/snapshots/outputs")
        self.assertEqual(outputs.shape, self.read("results.h5", "/snapshots/representation").shape[:3] + (2,))
        self.assertTrue(numpy.isfinite(outputs).all())
        self.assertEqual(self.read("results.h5", "/snapshots/output").tolist(), [b"different", b"same"])
        self.assertIn("4 of 4 runs are kept, 0 to train\n", self.plan_changed(with_outputs).out)
        self.assertIn("no longer stored: outputs\n", self.plan_changed(small()).out)
        self.run_changed(small())
        self.assertEqual(self.read("results.h5.previous-2", "/snapshots/outputs").tobytes(), outputs.tobytes())

    def test_added_seeds_draw_as_in_a_study_that_had_them_from_the_start(self):
        self.write("whole.toml", small(seeds=3, more=PROCRUSTES))
        self.cohort("run", "whole.toml", "-o", "whole.h5")
        self.run_changed(small("renamed", seeds=3, more=PROCRUSTES))
        self.assertEqual(self.read("results.h5", "/curves/loss").tobytes(), self.read("whole.h5", "/curves/loss").tobytes())
        self.assertEqual(self.read("results.h5", "/similarity/procrustes").tobytes(),
                         self.read("whole.h5", "/similarity/procrustes").tobytes())

    # What is said beforehand

    def test_plan_says_what_a_resume_would_keep(self):
        plan = self.plan_changed(small(more=PROCRUSTES)).out
        self.assertIn("results.h5: 4 of 4 runs are kept, 0 to train\n", plan)
        self.assertRegex(plan, r"  similarity/procrustes: (\d+) of \1 items kept, 0 to compute\n")
        self.assertRegex(plan, r"training: 0(\.0)? s of processor time")
        more = self.plan_changed(small(seeds=3, more=PROCRUSTES)).out
        self.assertIn("results.h5: 4 of 6 runs are kept, 2 to train\n", more)
        self.assertIn("  similarity/procrustes: 0 of 3 items kept, 3 to compute (in part)\n", more)
        self.assertIn("  similarity/comparability: 0 of 1 items kept, 1 to compute (in part)\n", more)
        larger = small(rules='["bptt", "eprop"]', more=PROCRUSTES).replace('"ctrnn/units=8,noise=0.1"',
                                                                         '["ctrnn/units=8,noise=0.1", "ctrnn/units=9"]')
        self.assertIn("  similarity/procrustes: to compute, more is stored of the runs\n", self.plan_changed(larger).out)
        new = self.plan_changed(small(more=PROCRUSTES + DYNAMICS)).out
        self.assertRegex(new, r"  dynamics.*: to compute\n")
        fewer = self.plan_changed(small(rules='"bptt"', more=PROCRUSTES)).out
        self.assertIn("2 of 2 runs are kept, 0 to train; 2 finished runs are no longer in the study\n", fewer)
        self.write("changed.toml", small())
        self.assertIn("missing.h5: no results yet, all 4 runs are to train\n",
                      self.cohort("plan", "changed.toml", "-o", "missing.h5").out)

    def test_plan_counts_the_items_that_a_file_of_more_runs_will_hold(self):
        """Beside the keys of both files: a tile is kept when every pair of it was there, wherever its runs have moved."""
        for rules, seeds in (('"bptt"', (16, 17)), ('["bptt", "eprop"]', (9, 10)), ('["bptt", "eprop"]', (17, 18))):
            with self.subTest(seeds=seeds):
                os.remove(self.path("results.h5"))
                self.run_changed(small(rules=rules, seeds=seeds[0], more=PROCRUSTES))
                before = set(self.read("results.h5", "/design/key"))
                text = small(rules=rules, seeds=seeds[1], more=PROCRUSTES)
                plan = self.plan_changed(text).out
                self.run_changed(text)
                known = [key in before for key in self.read("results.h5", "/design/key")]
                tiles = [known[first:first + 16] for first in range(0, len(known), 16)]
                pairs = [tiles[i] + tiles[j] for i in range(len(tiles)) for j in range(i, len(tiles))]
                n_kept = 3 * sum(all(pair) for pair in pairs)
                in_part = 3 * sum(any(tiles[i]) and any(tiles[j]) and not all(tiles[i] + tiles[j])
                                  for i in range(len(tiles)) for j in range(i, len(tiles)))
                n_open = 3 * len(pairs) - n_kept
                words = "" if in_part == 0 else " (in part)" if in_part == n_open else f" ({in_part} of them in part)"
                self.assertIn(f"  similarity/procrustes: {n_kept} of {3 * len(pairs)} items kept, {n_open} to compute{words}\n",
                              plan)

    def test_run_says_the_same_before_it_starts(self):
        job = self.run_changed(small(seeds=3, more=PROCRUSTES))
        self.assertIn("results.h5: 4 of 6 runs are kept, 2 to train\n", job.err)
        self.assertLess(job.err.index("are kept"), job.err.index("runs to train on"))

    def test_another_study_is_named_by_the_settings_that_differ(self):
        for command in (self.run_changed, self.plan_changed):
            job = command(small(batch=5, more="[alignment]\nrules = [\"eprop\"]\n"), expect=2)
            self.assertEqual(job.out, "")
            self.assertEqual(len(job.err.splitlines()), 1, job.err)
            self.assertIn("changed.toml:15:9: results.h5 holds the results of another study ([training] batch: 4 -> 5, "
                          "[alignment] rules: none -> eprop", job.err)
        self.assert_all_kept()

    # Where results are

    def test_results_behind_a_link_stay_behind_it(self):
        os.makedirs(self.path("far"), exist_ok=True)
        os.replace(self.path("results.h5"), self.path("far/real.h5"))
        os.symlink("far/real.h5", self.path("results.h5"))
        self.run_changed(small(seeds=3, more=PROCRUSTES))
        self.assertTrue(os.path.islink(self.path("results.h5")))
        self.assertEqual(self.n_finished("far/real.h5"), 6)
        self.assertEqual(os.listdir(self.path("far")), ["real.h5"])

    def test_a_name_with_a_slash_is_no_folder(self):
        self.write("slash.toml", small("lab/rules: first try"))
        out = self.cohort("run", "slash.toml").out
        self.assertTrue(out.endswith("results: lab_rules: first try.h5\n"), out)
        self.assertTrue(os.path.exists(self.path("lab_rules: first try.h5")))


class CasesTest(ProgramTest):
    """Small inputs that once did not do what a user expects, see the README beside them."""

    def setUp(self):
        if not CASES.exists():
            self.skipTest(f"no {CASES}")

    def run_case(self, name, expect=0):
        return self.cohort("run", str(CASES / name), "-o", name + ".h5", expect=expect)

    def test_blanks_in_a_variant_and_names_with_blanks(self):
        self.run_case("space_after_comma.toml")
        self.assertEqual(self.read("space_after_comma.toml.h5", "/design/architecture_text")[0], b"ctrnn/units=20,tau=50")
        self.run_case("rule_name_with_space.toml")
        self.assertEqual(self.read("rule_name_with_space.toml.h5", "/design/rule_text")[0], b"my rule")

    def test_a_rule_without_a_name_is_told(self):
        job = self.run_case("rule_name_empty.toml", expect=2)
        self.assertEqual(len(job.err.splitlines()), 1)
        self.assertIn("rule_name_empty.toml:16:1: a rule of [rules] has no name", job.err)

    def test_a_path_may_hold_commas_and_equal_signs(self):
        self.assertIn("2 runs: 2 done", self.run_case("comma_in_path.toml").out)

    def test_a_list_of_exclusions(self):
        self.assertIn("2 runs: 2 done", self.run_case("exclude_list.toml").out)
        self.assertEqual(set(self.read("exclude_list.toml.h5", "/design/rule_text")), {b"bptt"})

    def test_large_seeds(self):
        self.run_case("seed_2_to_32.toml")
        self.assertEqual(self.read("seed_2_to_32.toml.h5", "/design/seed_text")[0], b"4294967295")

    def test_a_million_seeds_are_quick_and_more_are_refused(self):
        job = self.cohort("plan", str(CASES / "seed_one_million.toml"))
        self.assertIn("seed_one_million: 1000000 runs\n", job.out)
        self.assertLess(job.seconds, 60 if "ASAN_OPTIONS" in os.environ else 15)
        text = (CASES / "seed_one_million.toml").read_text().replace("1000000", "1000001")
        self.write("too_many.toml", text)
        self.assertIn("(an integer in [1, 1000000] is needed)", self.cohort("plan", "too_many.toml", expect=2).err)


if __name__ == "__main__":
    cohort_program.main()
