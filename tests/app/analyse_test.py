"""`cohort analyse` adds measures and recordings to finished results: what it leaves is what a study that had them from the
beginning would have, to the bit; scores around distances to recordings; tables for R and pandas."""

import csv
import hashlib
import itertools
import os
import shutil
import time

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, study

SCORES = "match_units = true\nleave_one_out = true\nbootstrap = 20\nnull = 19\nresamples = 10\n"
STUDY_SAYS = ("/@study", "/@added_measures", "/@added_recordings")


def text(measures, recordings, seeds=2, options=""):
    """Sixteen small networks, two numbers of units."""
    lines = f'[similarity]\n{options}measures   = [{", ".join(chr(34) + m + chr(34) for m in measures)}]\n'
    if recordings:
        lines += f'recordings = [{", ".join(recordings)}]\n'
    base = study(seeds=seeds, updates=25, units=(6, 9), starts=4)
    return base[:base.index("[similarity]")].replace("at_error   = [0.9, 0.5]\n", "") + lines + \
        "[effects]\npermutations = 99\n" + base[base.index("[dynamics]"):]


class AnalyseTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, shape in (("recording.npy", (7, 121, 8, 4)), ("other.npy", (5, 121, 8))):  # one keeps its trials
            numpy.save(cls.path(name), numpy.random.default_rng(2).standard_normal(shape).cumsum(axis=1))
        cls.write("old.toml", text(["procrustes"], ['"other.npy"'], options=SCORES))
        cls.cohort("run", "old.toml", "-o", "old.h5", ranks=2)
        cls.write("whole.toml", text(["procrustes", "rsa/samples=conditions"], ['"other.npy"', '"recording.npy"'],
                                     options=SCORES))
        cls.cohort("run", "whole.toml", "-o", "whole.h5", ranks=2)

    def copy(self, name, of="old.h5"):
        shutil.copy(self.path(of), self.path(name))
        return name

    def digest(self, name):
        with open(self.path(name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def differences(self, a, b):
        return [name for name in differences(self.path(a), self.path(b)) if name not in STUDY_SAYS]

    ADDED = ["--measure", "rsa/samples=conditions", "--recording", "recording.npy"]

    # What it adds

    def test_what_is_added_is_as_if_it_had_been_there_from_the_beginning(self):
        for ranks in (1, 2):
            results = self.copy(f"added{ranks}.h5")
            os.rename(self.path("other.npy"), self.path("hidden.npy"))  # of the study's files none is needed
            job = self.cohort("analyse", results, *self.ADDED, ranks=ranks)
            os.rename(self.path("hidden.npy"), self.path("other.npy"))
            self.assertIn("has no room for", job.err)
            self.assertEqual(self.differences(results, "whole.h5"), [])
            self.cohort("verify", results)
            before = os.stat(self.path(results)).st_ino
            self.cohort("analyse", results, *self.ADDED)
            self.assertEqual(os.stat(self.path(results)).st_ino, before, "it has its place: written where it is")
            self.assertEqual(self.differences(results, "whole.h5"), [])

    def test_the_study_as_it_was_written_keeps_what_was_added(self):
        results = self.copy("kept.h5")
        self.cohort("analyse", results, *self.ADDED)
        job = self.cohort("run", "old.toml", "-o", results)
        self.assertIn("keeps measure rsa/samples=conditions and recording recording.npy, which `cohort analyse` added",
                      job.err)
        self.assertEqual(self.differences(results, "whole.h5"), [])
        self.assertIn("similarity/rsa_samples_conditions", self.cohort("plan", "old.toml", "-o", results).out)
        self.cohort("run", "whole.toml", "-o", results)
        self.assertEqual(self.differences(results, "whole.h5"), [])
        # With more runs, too.
        self.write("more.toml", text(["procrustes"], ['"other.npy"'], seeds=3, options=SCORES))
        self.cohort("run", "more.toml", "-o", results, ranks=2)
        with h5py.File(self.path(results), "r") as file:
            self.assertEqual(file["similarity/rsa_samples_conditions"].shape[1], 24)
            self.assertEqual(list(file["similarity/recording"].asstr()), ["other.npy", "recording.npy"])
            self.assertTrue(numpy.isfinite(file["similarity/rsa_samples_conditions_recording"][-1]).all())

    def test_whoever_is_killed_loses_nothing_and_goes_on(self):
        results = self.copy("killed.h5")
        self.write(results + ".partial", "left behind")
        for wait in (0.2, 0.5):
            job = self.start("analyse", results, *self.ADDED)
            time.sleep(wait)
            job.kill()
            with h5py.File(self.path(results), "r") as file:
                self.assertEqual(int((file["state/status"][()] == 1).sum()), 16)
        self.cohort("analyse", results, *self.ADDED)
        self.assertEqual(self.differences(results, "whole.h5"), [])

    def test_plan_says_what_it_would_take(self):
        before = self.digest(self.copy("plan.h5"))
        job = self.cohort("analyse", "plan.h5", "--measure", "cka", "--plan")
        self.assertRegex(job.out, r"similarity/cka: \d+ of \d+ items to compute, .* s of processor time")
        self.assertIn("it is copied with them", job.out)
        self.assertEqual(self.digest("plan.h5"), before)

    def test_mistakes_are_one_line_and_leave_the_file_alone(self):
        results = self.copy("mistakes.h5")
        before = self.digest(results)
        numpy.save(self.path("short.npy"), numpy.ones((7, 20, 8)).cumsum(axis=1))
        numpy.save(self.path("constant.npy"), numpy.ones((7, 121, 8)))
        for arguments, told in ((["--measure", "procrusts"], "Did you mean 'procrustes'?"),
                                (["--recording", "short.npy"], "does not fit the task"),
                                (["--recording", "nowhere.npy"], "nowhere.npy"),
                                (["--recording", "constant.npy"], "cannot be compared"),
                                (["--recording", '{ file = "recording.npy", name = "other.npy" }'], "with other numbers"),
                                (["--recording", "{ file = "], "--recording")):
            for ranks in (1, 2):
                job = self.cohort("analyse", results, *arguments, ranks=ranks, expect=2)
                lines = [line for line in job.err.splitlines() if line.startswith("cohort: ")]
                self.assertEqual(len(lines), 1, job.err)
                self.assertIn(told, lines[0])
        with self.open_for_writing(self.copy("bare.h5")) as file:
            del file["snapshots/representation"]
        self.assertIn("holds no representations", self.cohort("analyse", "bare.h5", "--measure", "cka", expect=2).err)
        self.assertEqual(self.digest(results), before)

    def test_a_ceiling_by_trials_needs_the_file_of_the_recording(self):
        results = self.copy("trials.h5", of="whole.h5")
        job = self.cohort("analyse", results, "--measure", "cka", expect=3)
        self.assertIn("its trials are not kept in results", job.err)
        self.cohort("analyse", results, "--measure", "cka", "--recording", "recording.npy")
        self.assertTrue(numpy.isfinite(self.read(results, "/similarity/cka_trial_ceiling")[1]))

    # Controls

    def score(self, file, name):
        return file["similarity/procrustes_recording_" + name][()]

    def test_scores_agree_with_their_definitions(self):
        with h5py.File(self.path("whole.h5"), "r") as file:
            recording = file["recordings/recording.npy"][()]
            n_units = file["snapshots/n_units"][()]
            left_out, matched = self.score(file, "left_out"), self.score(file, "matched_normalized")
            halves, corrected = self.score(file, "matched_halves"), self.score(file, "matched_corrected")
            for level, run in itertools.product(range(2), (0, 6)):
                own = file["snapshots/representation"][run, level, :, :n_units[run]].astype(float)
                self.assertAlmostEqual(left_out[level, run, 1], plain_left_out(own, recording), 6)
            numpy.testing.assert_allclose(corrected, (matched - halves) / (1 - halves), rtol=1e-12)
            ceiling = file["similarity/procrustes_ceiling_normalized"][()]
            is_there = self.score(file, "matched_reason") == 1  # in some, three units drawn of six are silent
            self.assertGreater(is_there.sum(), 40)
            self.assertTrue((numpy.isfinite(halves) == is_there).all())
            numpy.testing.assert_allclose(halves[is_there], numpy.broadcast_to(ceiling, halves.shape)[is_there], rtol=1e-12)
            low, high = self.score(file, "bootstrap_units_low"), self.score(file, "bootstrap_units_high")
            is_there = self.score(file, "bootstrap_reason") == 1
            self.assertGreater(is_there.sum(), 40)
            self.assertTrue((low[is_there] < high[is_there]).all())
            p, mean = self.score(file, "null_p"), self.score(file, "null_mean")
            numpy.testing.assert_allclose(p * 20, numpy.round(p * 20), atol=1e-12)
            self.assertGreater(p.mean(), 0.2, "the recordings are noise")
            self.assertTrue((0 < p).all() and (p <= 1).all())
            distance = file["similarity/procrustes_recording_normalized"][()]
            self.assertLess(abs(mean - distance).max(), 0.2)
            self.assertTrue((self.score(file, "null_reason") == 1).all())
            self.assertNotIn("rsa_samples_conditions_recording_left_out", file["similarity"])

    def test_compare_prints_scores(self):
        arguments = ["compare", "recording.npy", "other.npy", "--measure", "procrustes", "cka", "--bootstrap", "20",
                     "--null", "19", "--leave-one-out"]
        out = self.cohort(*arguments).out
        self.assertRegex(out, r"null +normalized_mean [\d.]+ +normalized_sd [\d.]+ +p [\d.]+ +permutations 19")
        self.assertIn("left_out  -  (the measure fits no alignment", out)
        self.assertEqual(out, self.cohort(*arguments).out)
        self.assertIn("of two files", self.cohort("compare", "recording.npy", "other.npy", "recording.npy", "--null", "9",
                                                  expect=2).err)

    # Tables

    def rows(self, name):
        with open(self.path(name), newline="") as file:
            return list(csv.DictReader(file))

    def test_tables_hold_what_the_file_holds(self):
        self.cohort("export", "whole.h5", "--csv", "runs.csv", "--distances", "pairs.csv", "--recordings", "rec.csv")
        runs, pairs, recordings = (self.rows(name) for name in ("runs.csv", "pairs.csv", "rec.csv"))
        with h5py.File(self.path("whole.h5"), "r") as file:
            levels = list(file["snapshots/level"].asstr())
            self.assertEqual(len(runs), 16 * len(levels))
            for row in runs[::5]:
                run, level = int(row["run"]), levels.index(row["level"])
                self.assertEqual(float(row["error"]), file["snapshots/error"][run, level])
                self.assertEqual(float(row["participation_ratio"]), file["similarity/participation_ratio"][run, level])
                self.assertEqual(row["rule"], file["design/rule_text"][run].decode())
                self.assertEqual((row["status"], row["comparability"]), ("done", "comparable"))
                update = file["snapshots/update"][run, level]
                self.assertEqual(numpy.float32(row["loss"]), file["curves/loss"][run, update])
            self.assertEqual(len(pairs), 2 * len(levels) * 16 * 15 // 2)
            for row in pairs[::37]:
                name = row["measure"].replace("/", "_").replace("=", "_")
                value = file["similarity/" + name][levels.index(row["level"]), int(row["run"]), int(row["other_run"])]
                self.assertEqual(float(row["value"]), value)
            for row in recordings[::7]:
                place = levels.index(row["level"]), int(row["run"]), ["other.npy", "recording.npy"].index(row["recording"])
                name = "similarity/" + row["measure"].replace("/", "_").replace("=", "_") + "_recording"
                self.assertEqual(float(row["value"]), file[name][place])
                self.assertEqual(float(row["null_p"]), file[name + "_null_p"][place])
                self.assertEqual(row["left_out"] == "", row["measure"] != "procrustes")
        self.assertIn("nothing to export", self.cohort("export", "whole.h5", expect=2).err)


def plain_left_out(x, y):
    n_times, product, sizes = 121, 0, numpy.zeros(2)
    for condition in range(8):
        test = numpy.arange(len(x)) // n_times == condition
        a, b = x - x[~test].mean(axis=0), y - y[~test].mean(axis=0)
        u, _, v = numpy.linalg.svd(a[~test].T @ b[~test], full_matrices=False)
        product += ((a[test] @ u) * (b[test] @ v.T)).sum()
        sizes += (a[test] ** 2).sum(), (b[test] ** 2).sum()
    return numpy.arccos(product / numpy.sqrt(sizes.prod()))


if __name__ == "__main__":
    cohort_program.main()
