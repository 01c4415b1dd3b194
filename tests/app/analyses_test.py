"""Analyses are kept while what they were made from holds, computed again when it does not, and never lose a job."""

import re
import shutil

import cohort_program
from cohort_program import ProgramTest, datasets_of, differences, h5py, numpy, save_recording, study


class AnalysesTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("small.toml", study(updates=20, starts=8))
        cls.cohort("run", "small.toml", "-o", "small.h5", ranks=2)

    def copy(self, name):
        shutil.copy(self.path("small.h5"), self.path(name))
        return name

    def assert_not_trained_again(self, results, runs=16):
        self.assertEqual(self.read(results, "/state/attempts")[:runs].tolist(), [1] * runs)

    # Other options, other measures, other runs

    def test_other_options_compute_again_what_they_change_and_nothing_else(self):
        results = self.copy("options.h5")
        self.plant(results, "/similarity/procrustes", (0, 1, 2), -1.0)
        other = self.write("options.toml", study(updates=20, starts=16).replace("starts = 16", "starts = 16, max_points = 96"))
        self.cohort("run", other, "-o", results)
        self.cohort("run", other, "-o", "fresh_options.h5")
        self.assertEqual(self.read(results, "/similarity/procrustes")[0, 1, 2], -1.0)
        self.plant(results, "/similarity/procrustes", (0, 1, 2), self.read("small.h5", "/similarity/procrustes")[0, 1, 2])
        self.assertEqual(differences(self.path(results), self.path("fresh_options.h5")), [])
        self.assertEqual(self.read(results, "/dynamics/fixed_points").shape[3], 96)
        self.assertTrue((self.read(results, "/dynamics/n_fixed_points")[:, -1] >= 0).all())
        self.assert_not_trained_again(results)

    def test_an_added_measure_keeps_the_others(self):
        results = self.copy("measure.h5")
        self.plant(results, "/similarity/procrustes", (0, 1, 2), -1.0)
        self.plant(results, "/dynamics/n_cycles", (3, -1, 0), 77)
        text = study(updates=20, starts=8).replace('"procrustes"', '"procrustes", "procrustes/distance=chordal"')
        self.cohort("run", self.write("measure.toml", text), "-o", results, ranks=2)
        self.assertEqual(self.read(results, "/similarity/procrustes")[0, 1, 2], -1.0)
        self.assertEqual(self.read(results, "/dynamics/n_cycles")[3, -1, 0], 77)
        angle = self.read("small.h5", "/similarity/procrustes")
        chord = self.read(results, "/similarity/procrustes_distance_chordal")
        both = numpy.isfinite(angle)
        numpy.testing.assert_allclose(chord[both], 2 * numpy.sin(angle[both] / 2), atol=1e-7)
        self.assert_not_trained_again(results)

    def test_added_seeds_keep_the_pairs_of_runs_that_were_there(self):
        results = self.copy("seeds.h5")
        # Runs 4 and 7 become 6 and 10 when there are three seeds instead of two.
        self.plant(results, "/similarity/procrustes", (0, 4, 7), -1.0)
        self.plant(results, "/similarity/procrustes_recording", (0, 7, 0), -2.0)
        self.plant(results, "/dynamics/n_cycles", (7, -1, 0), 77)
        self.cohort("run", self.write("seeds.toml", study(updates=20, starts=8, seeds=3)), "-o", results, ranks=2)
        distances = self.read(results, "/similarity/procrustes")
        self.assertEqual(distances[0, 6, 10], -1.0)
        self.assertEqual(self.read(results, "/similarity/procrustes_recording")[0, 10, 0], -2.0)
        self.assertEqual(self.read(results, "/dynamics/n_cycles")[10, -1, 0], 77)
        self.assertTrue(numpy.isfinite(distances[0]).all())
        self.assertTrue((self.read(results, "/dynamics/n_fixed_points")[:, -1] >= 0).all())

    def test_a_run_that_is_trained_again_is_compared_again(self):
        results = self.copy("again.h5")
        for pair in ((0, 3, 5), (0, 5, 3), (0, 3, 6)):
            self.plant(results, "/similarity/procrustes", pair, -1.0)
        self.plant(results, "/curves/loss", (5, 0), 123.0)  # its checksum no longer fits
        self.plant(results, "/state/checksum", 5, 99)       # and so its pairs are of something that is gone
        self.cohort("run", "small.toml", "-o", results)
        distances = self.read(results, "/similarity/procrustes")
        self.assertEqual(distances[0, 3, 6], -1.0)
        expected = self.read("small.h5", "/similarity/procrustes")
        # The run came out with the bits it had, so its pairs still hold: nothing was computed again.
        self.assertEqual(distances[0, 3, 5], -1.0)
        self.assertEqual(self.read(results, "/state/checksum").tolist(), self.read("small.h5", "/state/checksum").tolist())
        self.plant(results, "/similarity/procrustes_made_from", (0, 3, 5), 0)
        self.cohort("run", "small.toml", "-o", results)
        self.assertEqual(self.read(results, "/similarity/procrustes")[0, 3, 5], expected[0, 3, 5])

    # Damage

    def damage(self, results, path):
        """Changes one value of a dataset, or writes one where there is none. Returns what it says it was made from."""
        with h5py.File(self.path(results), "r+") as file:
            values = file[path][()]
            places = numpy.argwhere(values != (0 if values.dtype.kind == "u" else -1))
            there = [tuple(p) for p in places if values.dtype.kind != "f" or not numpy.isnan(values[tuple(p)])]
            place = there[0] if there else (0,) * values.ndim
            values[place] = 1 + values[place] if there else 1
            file[path][...] = values
            return file[path].attrs["made_from"]

    def test_damaged_results_of_analyses_are_found_and_made_again(self):
        """A byte of any dataset of any analysis; verify names it, the next job repairs it."""
        with h5py.File(self.path("small.h5"), "r") as file:
            made_from = {path: dataset.attrs["made_from"] for path, dataset in datasets_of(file) if "made_from" in
                         dataset.attrs and dataset.attrs["made_from"] != path and not path.endswith("checksum")}
        columns = [path for path in made_from if re.match("/similarity/(effects|parameters)/", path)]
        left = [path for path in made_from if path not in columns] + columns[::7]  # all of them take minutes
        self.assertGreater(len(left), 15)
        while left:  # one dataset of each analysis at a time
            paths = list({made_from[path]: path for path in reversed(left)}.values())
            left = [path for path in left if path not in paths]
            with self.subTest(paths=paths):
                results = self.copy("damaged.h5")
                for path in paths:
                    self.assertEqual(self.damage(results, path), made_from[path])
                told = self.cohort("verify", results, expect=2).out
                for path in paths:
                    self.assertIn(f"{made_from[path]}: 1 of its results have a wrong checksum", told)
                self.cohort("run", "small.toml", "-o", results)
                self.assertEqual(differences(self.path(results), self.path("small.h5")), [])
        self.cohort("verify", results)

    def test_damage_to_what_never_changes_is_found(self):
        for path in ("/design/rule", "/design/key", "/task/inputs", "/task/mask", "/architectures/parameter_offset",
                     "/recordings/recording.npy", "/snapshots/step", "/similarity/level", "/task/dt"):
            with self.subTest(path=path):
                results = self.copy("constant.h5")
                with h5py.File(self.path(results), "r+") as file:
                    values = file[path][()]
                    flat = numpy.atleast_1d(values)
                    flat.flat[0] = b"x" + flat.flat[0][1:] if flat.dtype == object else flat.flat[0] + 1
                    file[path][...] = flat.reshape(numpy.shape(values))
                self.assertIn(f"{path}: its checksum is wrong", self.cohort("verify", results, expect=2).out)

    def test_distances_are_computed_again_when_what_runs_left_behind_changes(self):
        """Runs 0 and 1 differ in their seed; what one left behind becomes the other's, checksum and all."""
        results = self.copy("swapped.h5")
        with h5py.File(self.path(results), "r+") as file:
            for path, dataset in datasets_of(file):
                is_of_runs = path.startswith(("/curves/", "/snapshots/", "/networks/", "/state/")) and dataset.ndim > 0
                if is_of_runs and dataset.dims[0].label == "run" and not path.endswith("/run"):
                    values = dataset[()]
                    values[[0, 1]] = values[[1, 0]]
                    dataset[...] = values
        self.cohort("run", "small.toml", "-o", results)
        self.assert_not_trained_again(results)
        order = numpy.array([1, 0, *range(2, 16)])
        for name, axes in (("procrustes", (1, 2)), ("procrustes_recording", (1,))):
            expected = self.read("small.h5", "/similarity/" + name)
            for axis in axes:
                expected = expected.take(order, axis)
            numpy.testing.assert_array_equal(self.read(results, "/similarity/" + name), expected)
            self.assertFalse(numpy.array_equal(expected, self.read("small.h5", "/similarity/" + name), equal_nan=True))

    # What cannot be computed

    def test_what_is_not_defined_is_told_before_and_masked_with_its_reason(self):
        """One unit that speaks, beside a recording whose mean over conditions was taken off: the rest is computed."""
        shape, draw = cohort_program.RECORDING_SHAPE, numpy.random.default_rng(2)
        one = numpy.zeros(shape)
        one[0] = draw.standard_normal(shape[1:])  # all other units are silent
        centred = draw.standard_normal(shape).cumsum(axis=1)
        centred -= centred.mean(axis=2, keepdims=True)
        numpy.save(self.path("one.npy"), 1e-200 * one)
        numpy.save(self.path("centred.npy"), centred.astype("f4"))
        names = ["one.npy", "centred.npy", "recording.npy"]
        self.write("masked.toml", study(updates=20, starts=8, recording='", "'.join(names)))
        warnings = ["recording one.npy has no noise ceiling by procrustes: some random halves of its units do not vary",
                    "recording centred.npy has no baseline by procrustes: its mean over conditions does not vary"]
        plan = self.cohort("plan", "masked.toml").out
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                results = f"masked_{ranks}.h5"
                job = self.cohort("run", "masked.toml", "-o", results, ranks=ranks)
                for warning in warnings:
                    self.assertIn("warning: " + warning, plan)
                    self.assertEqual((job.out + job.err).count(warning), 1)
                self.assertIn("to one.npy; halves of the recording - (some random halves of its units do not vary)", job.out)
                self.assertIn("cross-condition average - (its mean over conditions does not vary)", job.out)
                for name, code, defined in (("ceiling", 7, [False, True, True]), ("baseline", 10, [True, False, True])):
                    values = self.read(results, "/similarity/procrustes_" + name)
                    reasons = self.read(results, f"/similarity/procrustes_{name}_reason")
                    self.assertEqual(numpy.isfinite(values).tolist(), defined)
                    self.assertEqual(reasons.tolist(), [1 if is_defined else code for is_defined in defined])
                self.assertTrue(numpy.isfinite(self.read(results, "/similarity/procrustes_recording")[0]).all())
                self.assertTrue((self.read(results, "/dynamics/n_fixed_points")[:, -1] >= 0).all())
                self.cohort("verify", results)
        self.assertEqual(differences(self.path("masked_1.h5"), self.path("masked_3.h5")), [])
        with h5py.File(self.path("masked_1.h5"), "r") as file:
            meanings = file["/similarity/procrustes_ceiling_reason"].attrs["flag_meanings"].split()
        self.assertEqual((meanings[7], meanings[10]), ("constant_half", "constant_mean"))


if __name__ == "__main__":
    cohort_program.main()
