"""Every measure goes through a study, a file and `cohort compare` by its name alone; the values are recomputed from the file
with NumPy, and a pair without a value has its reason beside it."""

import json

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, save_recording, study

MEASURES = ["cka", "cka/estimator=debiased", "cka/kernel=rbf", "cca", "svcca/components=4", "pwcca", "shape_metric/alpha=0",
            "permutation", "rsa/rdm=euclidean,compare=pearson", "rsa/rdm=squared_euclidean,compare=whitened",
            "linear_predictivity/folds=4", "dsa/starts=2,rank=4"]
SYMMETRIC = [name for name in MEASURES if name.split("/")[0] not in ("pwcca", "linear_predictivity")]


def centred(x):
    return x - x.mean(axis=0)


def basis(x):
    u, s, _ = numpy.linalg.svd(centred(x), full_matrices=False)
    return u[:, s > len(x) * numpy.finfo("f4").eps * s[0]]


def correlations(a, b):
    """Canonical correlations, as many as the lower rank; and the product of both ranks."""
    x, y = basis(a), basis(b)
    return numpy.linalg.svd(x.T @ y, compute_uv=False), x.shape[1] * y.shape[1]


def squared_distances(x):
    return ((x[:, None] - x[None]) ** 2).sum(axis=2)


def cosine(a, b):
    return (a * b).sum() / numpy.linalg.norm(a) / numpy.linalg.norm(b)


def cka(a, b):
    x, y = centred(a), centred(b)
    return 1 - cosine(x @ x.T, y @ y.T)


def rbf(a, b):
    def kernel(x):
        d = squared_distances(x)
        return centred(centred(numpy.exp(-d / (2 * numpy.median(d)))).T)
    return 1 - cosine(kernel(a), kernel(b))


def euclidean_rsa(a, b):
    pairs = numpy.triu_indices(len(a), 1)
    x, y = (numpy.sqrt(squared_distances(z))[pairs] for z in (a, b))
    return 1 - numpy.corrcoef(x, y)[0, 1]


DEFINITIONS = {"cka": cka, "cka_kernel_rbf": rbf, "rsa_rdm_squared_euclidean_compare_whitened": cka,
               "cca": lambda a, b: 1 - correlations(a, b)[0].mean(),
               "shape_metric_alpha_0": lambda a, b: numpy.arccos(correlations(a, b)[0].sum() / correlations(a, b)[1] ** 0.5),
               "rsa_rdm_euclidean_compare_pearson": euclidean_rsa}


class MeasuresTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        names = '", "'.join(MEASURES)
        text = study(seeds=1, updates=30, starts=2).replace('["procrustes"]', f'["{names}"]')
        cls.write("study.toml", text.replace("at_error   = [0.9, 0.5]\n", "").replace("resamples", "# resamples")
                  .replace("[similarity]\n", "[similarity]\nresamples = 3\n"))
        cls.cohort("run", "study.toml", "-o", "results.h5")

    def datasets(self):
        with h5py.File(self.path("results.h5"), "r") as file:
            return {name: dataset[()] for name, dataset in file["similarity"].items() if isinstance(dataset, h5py.Dataset)}

    def test_every_measure_has_a_value_for_every_pair(self):
        found = self.datasets()
        matrices = [name for name in found if f"{name}_made_from" in found and found[name].ndim == 3
                    and not name.endswith(("_embedding", "_score"))]
        self.assertEqual(len(matrices), 2 * len(MEASURES), matrices)
        for name in matrices:
            self.assertTrue(numpy.isfinite(found[name]).all(), name)
            self.assertGreater(found[name].max(), 0.001, name)
            if f"{name}_reason" in found:
                self.assertTrue((found[f"{name}_reason"] == 1).all(), name)

    def test_values_are_those_of_their_definitions(self):
        found = self.datasets()
        representation = self.read("results.h5", "/snapshots/representation").astype(float)
        recording = self.read("results.h5", "/recordings/recording.npy")
        units = self.read("results.h5", "/snapshots/n_units")
        runs = [0, 2, 5]
        last = representation.shape[1] - 1
        own = {run: representation[run, last][:, :units[run]] for run in runs}
        for name, definition in DEFINITIONS.items():
            for a in runs:
                numpy.testing.assert_allclose(found[f"{name}_recording"][last, a, 0], definition(own[a], recording),
                                              atol=2e-6, err_msg=name)
                for b in runs:
                    if a != b:
                        numpy.testing.assert_allclose(found[name][last, a, b], definition(own[a], own[b]), atol=2e-6,
                                                      err_msg=f"{name} {a} {b}")
        for name in SYMMETRIC:
            values = found[name.replace("/", "_").replace("=", "_").replace(",", "_").replace(".", "_")]
            self.assertTrue((values == values.transpose(0, 2, 1)).all(), name)
            self.assertTrue((numpy.diagonal(values, axis1=1, axis2=2) == 0).all(), name)

    def test_two_ranks_write_the_same_bits(self):
        self.cohort("run", "study.toml", "-o", "two.h5", ranks=2)
        self.assertEqual(differences(self.path("results.h5"), self.path("two.h5")), [])

    def test_compare_takes_every_measure_and_says_why_one_has_no_value(self):
        random = numpy.random.default_rng(1)
        numpy.save(self.path("a.npy"), random.normal(size=(6, 20, 5)))
        numpy.save(self.path("b.npy"), random.normal(size=(9, 20, 5)))
        job = self.cohort("compare", "a.npy", "b.npy", "--json", "--measure", *MEASURES)
        for found in json.loads(job.out)["measures"]:
            self.assertTrue(found["value"] > 0, found)
        numpy.save(self.path("wide.npy"), random.normal(size=(150, 20, 5)))
        job = self.cohort("compare", "wide.npy", "b.npy", "--json", "--measure", "cca", "cka")
        cca, other = json.loads(job.out)["measures"]
        self.assertEqual((cca["value"], cca["reason"]), (None, "it has as many independent units as samples, which fit "
                                                               "anything"))
        self.assertGreater(other["value"], 0)

    def test_a_task_of_two_conditions_is_refused_for_a_measure_of_three(self):
        text = study(seeds=1, updates=5).replace('name = "center_out_reach_hatsopoulos_2007"', 'name = "go_nogo"')
        text = text.replace('recordings = ["recording.npy"]\n', "").replace('"procrustes"', '"linear_predictivity"')
        self.write("two.toml", text)
        job = self.cohort("plan", "two.toml", expect=2)
        self.assertEqual(len(job.err.splitlines()), 1, job.err)
        self.assertIn("measure 'linear_predictivity' needs several conditions (it fits on some and scores on others, 3 at "
                      "least; there are 2)", job.err)


if __name__ == "__main__":
    cohort_program.main()
