"""More seeds than attributes of a results file can name, and runs that come and go among very many others."""

import shutil
import unittest

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

try:
    import xarray
except ImportError:
    xarray = None

N_SEEDS = 16003  # more than max_flags in results_schema.hpp


def study(seeds):
    return f"""[study]
name = "many"
[task]
name = "flip_flop"
bits = 1
steps = 3
sequences = 2
[factors]
rule = "bptt"
architecture = "ctrnn/units=2"
initialization = "gaussian"
seed = {seeds}
[training]
updates = 1
batch = 1
"""


class ManyRunsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("many.toml", study(N_SEEDS))
        cls.job = cls.cohort("run", "many.toml", "-o", "many.h5", ranks=2)

    def test_every_seed_is_trained_and_named(self):
        self.assertIn(f"{N_SEEDS} runs: {N_SEEDS} done", self.job.out)
        self.assertIn(f"{N_SEEDS}/{N_SEEDS}", self.job.out)
        with h5py.File(self.path("many.h5"), "r") as file:
            design = file["design"]
            numpy.testing.assert_array_equal(design["seed"], numpy.arange(N_SEEDS))
            numpy.testing.assert_array_equal(design["seed_names"].asstr(), [str(seed) for seed in range(N_SEEDS)])
            self.assertNotIn("flag_meanings", design["seed"].attrs)
            self.assertEqual(design["rule"].attrs["flag_meanings"], "bptt")
            numpy.testing.assert_array_equal(design["run"], numpy.arange(N_SEEDS))
            self.assertEqual(len(set(design["key"])), N_SEEDS)
            self.assertTrue((file["state/attempts"][()] == 1).all())

    @unittest.skipUnless(xarray, "xarray is missing (Debian: python3-xarray)")
    def test_xarray_reads_the_names(self):
        with xarray.open_dataset(self.path("many.h5"), group="design", engine="h5netcdf") as design:
            self.assertEqual(design["seed_names"].dims, ("seed_level",))
            self.assertEqual(str(design["seed_names"].values[N_SEEDS - 1]), str(N_SEEDS - 1))

    def test_verified_and_planned_at_once(self):
        self.assertIn(f"{N_SEEDS} of {N_SEEDS} runs whole", self.cohort("verify", "many.h5").out)
        out = self.cohort("plan", "many.toml").out
        self.assertIn(f"many: {N_SEEDS} runs", out)
        self.assertIn(f"... ({N_SEEDS} in all)", out)

    def test_other_seeds_keep_those_that_are_there(self):
        shutil.copy(self.path("many.h5"), self.path("other.h5"))
        seeds = [5, 70000, *range(N_SEEDS - 1, 10, -1)]  # turned round, few left out, one new
        self.cohort("run", self.write("other.toml", study(seeds)), "-o", "other.h5", ranks=2)
        with h5py.File(self.path("many.h5"), "r") as before, h5py.File(self.path("other.h5"), "r") as after:
            old = [5, *range(N_SEEDS - 1, 10, -1)]
            new = [0, *range(2, len(seeds))]
            for path in ("design/key", "state/checksum", "state/started", "curves/loss", "snapshots/representation"):
                numpy.testing.assert_array_equal(after[path][()][new], before[path][()][old], path)
            self.assertEqual(after["state/attempts"][1], 1)
            self.assertGreater(after["state/started"][1], before["state/started"][()].max())
        self.assertIn(f"{len(seeds)} of {len(seeds)} runs whole", self.cohort("verify", "other.h5").out)


if __name__ == "__main__":
    cohort_program.main()
