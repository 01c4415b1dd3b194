"""Representations cut at a share of their norm: to compare networks faster, and to store them in less room. What the file
says of how far that moves anything is true, on any number of ranks, and after a restart."""

import importlib.util
import os

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, save_recording, study

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "read_results.py")
spec = importlib.util.spec_from_file_location("read_results", SCRIPT)
read_results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_results)

MEASURES = {"procrustes": "procrustes", "cka": "cka", "procrustes_distance_euclidean": "procrustes/distance=euclidean",
            "permutation": "permutation"}


def text(similarity="", snapshots="", seeds=2):
    names = '", "'.join(MEASURES.values())
    made = study(seeds=seeds, updates=20, starts=2).replace('["procrustes"]', f'["{names}"]\n{similarity}')
    made = made.replace("at_error   = [0.9, 0.5]\n", snapshots).replace("[similarity]", "[similarity]\nresamples = 3")
    return made.replace("[dynamics]\nfixed_points = { starts = 2 }\n", "")


COMPRESSED = 'representation = "compressed"\ncomponents = 8\ntolerance = 1e-3\n'


def rests(file):
    """What the file says is missing of every network: [level, run]."""
    return file["snapshots/rest"][()].T


class CompressedTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        for name, made in (("raw", text()), ("cut", text(similarity="tolerance = 1e-3")),
                           ("compressed", text(snapshots=COMPRESSED))):
            cls.write(f"{name}.toml", made)
            cls.jobs = getattr(cls, "jobs", {})
            cls.jobs[name] = cls.cohort("run", f"{name}.toml", "-o", f"{name}.h5")

    def test_cut_distances_are_within_the_bound_beside_them(self):
        with h5py.File(self.path("raw.h5"), "r") as raw, h5py.File(self.path("cut.h5"), "r") as cut:
            norms = numpy.array([[numpy.linalg.norm(x - x.mean(axis=0)) for x in (
                read_results.stored_representation(raw, run, level).astype(float) for run in range(16))]
                for level in range(2)])
            for name in MEASURES:
                whole, rest = raw["similarity"][name], cut["similarity"][name]
                moved = numpy.abs(whole[()] - rest[()])
                self.assertNotIn("tolerance", whole.attrs)
                if name == "permutation":
                    self.assertEqual(moved.max(), 0, "it needs the units")
                    self.assertNotIn("bound", rest.attrs)
                    continue
                self.assertEqual(rest.attrs["tolerance"], "0.001")
                value, *of_norms = rest.attrs["bound"].split(" ", 1)
                self.assertEqual(of_norms, ["(|Xc| + |Yc|)"] if name.endswith("euclidean") else [])
                bound = float(value) * (norms[:, :, None] + norms[:, None, :] if of_norms else 1)
                self.assertTrue((moved <= bound + 1e-12).all(), name)
                self.assertGreater(moved.max(), 0, name)
            numpy.testing.assert_array_equal(raw["similarity/procrustes_recording"], cut["similarity/procrustes_recording"])
        self.assertIn("similarity/permutation compares whole representations", self.jobs["cut"].err)

    def test_a_compressed_representation_lacks_what_the_file_says(self):
        with h5py.File(self.path("raw.h5"), "r") as raw, h5py.File(self.path("compressed.h5"), "r") as file:
            self.assertNotIn("representation", file["snapshots"])
            self.assertLess(file["snapshots/n_components"][()].max(), 9)
            for run in range(16):
                for level in range(2):
                    whole = read_results.stored_representation(raw, run, level).astype(float)
                    rebuilt = read_results.stored_representation(file, run, level).astype(float)
                    deviations = whole - whole.mean(axis=0)
                    missing = numpy.linalg.norm(whole - rebuilt) / numpy.linalg.norm(deviations)
                    self.assertAlmostEqual(missing, rests(file)[level, run], delta=1e-6)
                    if file["snapshots/n_components"][run, level] < 8:
                        self.assertLessEqual(rests(file)[level, run], 1e-3)
            self.assertGreater((rests(file) > 1e-3).sum(), 0, "some network has too few components")
            n_bytes = sum(file["snapshots"][name].nbytes for name in ("means", "scores", "loadings"))
            self.assertLess(n_bytes, 0.5 * raw["snapshots/representation"].nbytes)

    def test_distances_of_compressed_networks_are_within_what_is_missing(self):
        with h5py.File(self.path("raw.h5"), "r") as raw, h5py.File(self.path("compressed.h5"), "r") as file:
            angles = numpy.arcsin(rests(file))
            bound = angles[:, :, None] + angles[:, None, :] + 1e-6
            for name in ("procrustes", "cka"):
                moved = numpy.abs(raw["similarity"][name][()] - file["similarity"][name][()])
                self.assertTrue((moved <= bound).all(), name)
            moved = numpy.abs(raw["similarity/procrustes_recording"][()] - file["similarity/procrustes_recording"][()])
            self.assertTrue((moved <= angles[:, :, None] + 1e-6).all())
            # From the file alone, for one pair.
            one, other = (read_results.stored_representation(file, run, 1).astype(float) for run in (3, 9))
            self.assertAlmostEqual(file["similarity/procrustes"][1, 3, 9], read_results.procrustes(one, other), delta=1e-6)

    def test_bits_do_not_depend_on_ranks_and_restarts(self):
        for name in ("cut", "compressed"):
            self.cohort("run", f"{name}.toml", "-o", f"{name}3.h5", ranks=3)
            self.assertEqual(differences(self.path(f"{name}.h5"), self.path(f"{name}3.h5")), [])
            with self.open_for_writing(f"{name}3.h5") as file:
                file["similarity/procrustes"][1, 2, 3] = 0.1
                file["state/status"][5] = 0
            self.cohort("run", f"{name}.toml", "-o", f"{name}3.h5", ranks=2)
            self.assertEqual(differences(self.path(f"{name}.h5"), self.path(f"{name}3.h5")), [])

    def test_damage_is_found(self):
        self.cohort("run", "compressed.toml", "-o", "damaged.h5")
        self.assertIn("16 of 16 runs whole", self.cohort("verify", "damaged.h5").out)
        with self.open_for_writing("damaged.h5") as file:
            file["snapshots/scores"][4, 0, 0, 7] += 1e-3
        self.assertIn("15 of 16 runs whole", self.cohort("verify", "damaged.h5", expect=2).out)

    def test_another_tolerance_or_form_is_computed_again(self):
        self.cohort("run", "cut.toml", "-o", "changed.h5")
        self.cohort("run", "raw.toml", "-o", "changed.h5")
        self.assertEqual([d for d in differences(self.path("raw.h5"), self.path("changed.h5")) if "/similarity/" in d], [])
        self.assertIn("16 finished runs are trained again (compressed representations were not stored)",
                      self.cohort("plan", "compressed.toml", "-o", "changed.h5").out)

    def test_a_study_grows(self):
        self.cohort("run", "compressed.toml", "-o", "grown.h5")
        self.write("grown.toml", text(snapshots=COMPRESSED, seeds=3))
        self.cohort("run", "grown.toml", "-o", "grown.h5", ranks=2)
        self.cohort("run", "grown.toml", "-o", "fresh.h5", ranks=2)
        found = [name for name in differences(self.path("grown.h5"), self.path("fresh.h5"))
                 if name.startswith(("/similarity/", "/snapshots/"))]
        self.assertEqual(found, [])

    def test_bad_options_are_one_line(self):
        for name, similarity, snapshots, expected in (
                ("form", "", 'representation = "small"\n', "[snapshots] representation = small is not possible"),
                ("raw", "", "components = 5\n", "[snapshots] components is of compressed representations"),
                ("fine", "", 'representation = "compressed"\ntolerance = 1e-7\n', "a number in [1e-06, 0.1] is needed"),
                ("share", "tolerance = 2", "", "tolerance = 2 is not possible")):
            self.write(f"bad_{name}.toml", text(similarity=similarity, snapshots=snapshots))
            job = self.cohort("plan", f"bad_{name}.toml", expect=2)
            self.assertEqual(len(job.err.splitlines()), 1, job.err)
            self.assertIn(expected, job.err)


if __name__ == "__main__":
    cohort_program.main()
