"""Networks of layers from image files to effect sizes: epochs, comparison layer by layer (recomputed with NumPy), and what
the program says of input that cannot be."""

import os
import struct

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy

STUDY = """[study]
name = "layers"
[task]
name = "images"
folder = "images"
images = 4
loss = "class_squared_error"
[factors]
rule = ["backprop", "feedback_alignment"]
architecture = ["mlp/hidden=9", "mlp/hidden=12-7-8", "mlp/hidden=12-12-12,skip=residual"]
initialization = ["glorot_uniform"]
seed = 3
[training]
optimizer = "adam/rate=1e-2"
epochs = 3
batch = 10
evaluate_every = 5
[snapshots]
at_updates = [0]
weights = true
[similarity]
measures = ["cka"]
recordings = ["recording.npy"]
layers = [1, -1, 0.5, 4]
resamples = 3
"""


ARCHITECTURES = '["mlp/hidden=9", "mlp/hidden=12-7-8", "mlp/hidden=12-12-12,skip=residual"]'

META = """[study]
name = "meta"
[task]
name = "episodes"
folder = "images"
ways = 2
shots = 2
queries = 1
episodes = 3
[factors]
rule = ["meta_gradient"]
architecture = ["plastic_mlp/hidden=5,terms=[0,9,2],scales=[1,0.5,2]"]
initialization = ["glorot_uniform"]
seed = 2
[training]
optimizer = "adam/rate=1e-2"
updates = 5
batch = 1
explosion = 1e30
[snapshots]
weights = true
"""


def cka(a, b):
    x, y = a - a.mean(0), b - b.mean(0)
    return 1 - (x.T @ y).__pow__(2).sum() / numpy.linalg.norm(x.T @ x) / numpy.linalg.norm(y.T @ y)


class ImagesTest(ProgramTest):
    """Has images, a recording, and the results of STUDY."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random = numpy.random.default_rng(1)
        prototypes = random.integers(0, 200, size=(3, 4, 4))
        for name, n in (("train", 45), ("t10k", 15)):
            labels = numpy.arange(n) % 3
            images = prototypes[labels] + random.integers(0, 55, size=(n, 4, 4))
            cls.write_idx(f"images/{name}-images-idx3-ubyte", images)
            cls.write_idx(f"images/{name}-labels-idx1-ubyte", labels)
        numpy.save(cls.path("recording.npy"), random.normal(size=(5, 1, 12)))
        cls.write("study.toml", STUDY)
        cls.cohort("run", "study.toml", "-o", "results.h5")

    @classmethod
    def write_idx(cls, name, values):
        os.makedirs(os.path.dirname(cls.path(name)), exist_ok=True)
        with open(cls.path(name), "wb") as file:
            file.write(bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape))
            file.write(values.astype("u1").tobytes())


class LayersTest(ImagesTest):

    def layer_of(self, file, run, layer):
        """Columns of the representation of a run: layer from 1, or None."""
        of_unit = file["architectures/unit_layer"][file["design/architecture"][run]]
        n_layers = of_unit.max()
        number = {1: 1, -1: n_layers, 0.5: max(1, int(0.5 * n_layers + 0.5)), 4: 4}[layer]
        return numpy.flatnonzero(of_unit == number) if number <= n_layers else None

    def test_epochs_are_updates(self):
        with h5py.File(self.path("results.h5"), "r") as file:
            self.assertEqual(file["curves/loss"].shape[1], 15)  # 3 * 45 / 10 = 13.5 updates, and the start
            self.assertEqual(list(file["task/loss"].asstr()[...].ravel()), ["class_squared_error"])
            accuracy = file["curves/accuracy"][:, -1]
            self.assertGreater(accuracy[:9].mean(), 0.8)

    def test_matrices_are_those_of_the_chosen_layers(self):
        with h5py.File(self.path("results.h5"), "r") as file:
            representation = file["snapshots/representation"][()].astype(float)
            recording = file["recordings/recording.npy"][()].astype(float)
            self.assertNotIn("cka", file["similarity"])
            for layer in (1, -1, 0.5, 4):
                found = file[f"similarity/cka_layer_{layer}"]
                self.assertEqual(found.attrs["measure"], f"cka/layer={layer}")
                to_recording = file[f"similarity/cka_layer_{layer}_recording"]
                for level in range(2):
                    for a in range(0, 18, 2):
                        columns = self.layer_of(file, a, layer)
                        if columns is None:
                            self.assertTrue(numpy.isnan(found[level, a]).all())
                            self.assertTrue(numpy.isnan(to_recording[level, a]).all())
                            continue
                        own = representation[a, level][:, columns]
                        numpy.testing.assert_allclose(to_recording[level, a, 0], cka(own, recording), atol=2e-6)
                        for b in range(1, 18, 3):
                            others = self.layer_of(file, b, layer)
                            if others is not None:
                                numpy.testing.assert_allclose(found[level, a, b],
                                                              cka(own, representation[b, level][:, others]), atol=2e-6)

    def test_effects_are_of_each_layer_without_the_networks_that_lack_it(self):
        with h5py.File(self.path("results.h5"), "r") as file:
            effects = file["similarity/effects"]
            subjects = list(effects["effect_subject"].asstr())
            for layer, n in ((1, 18), (-1, 18), (0.5, 18), (4, 12)):
                at = subjects.index(f"cka_layer_{layer}")
                self.assertEqual(effects["n_usable"][at, 1, 0], n, layer)
            self.assertTrue(any(name.startswith("cka_layer_1 to ") for name in subjects), subjects)

    def test_two_ranks_and_a_second_look_leave_the_same_bits(self):
        self.cohort("run", "study.toml", "-o", "two.h5", ranks=2)
        self.assertEqual(differences(self.path("results.h5"), self.path("two.h5")), [])
        self.write("more.toml", STUDY)
        self.cohort("run", "study.toml", "-o", "three.h5")
        self.cohort("analyse", "three.h5", "--measure", "procrustes")
        with h5py.File(self.path("three.h5"), "r") as file:
            self.assertIn("procrustes_layer_1", file["similarity"])

    def refused(self, *changes, text=STUDY):
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.write("bad.toml", text)
        job = self.cohort("plan", "bad.toml", expect=2)
        self.assertEqual(len(job.err.splitlines()), 1, job.err)
        return job.err

    def test_what_cannot_be_is_one_line_with_its_place(self):
        self.assertRegex(self.refused(("0.5, 4]", "0.5, 7]")), r"bad.toml:\d+:\d+: .*layers has 7 \(the deepest network")
        self.assertRegex(self.refused(("0.5, 4]", "1.5]")), r"bad.toml:\d+:\d+: .*layers has 1.5")
        self.assertRegex(self.refused(('"feedback_alignment"', '"gait_prop"')),
                         r"bad.toml:\d+:\d+: rule 'gait_prop' cannot train architecture 'mlp/hidden=9'.*W_1 is 9 x 16")
        self.assertRegex(self.refused(('"feedback_alignment"', '"plasticity"')), r"bad.toml:\d+:\d+: .*bias=false")
        self.assertRegex(self.refused(("epochs = 3", "epochs = 3\nupdates = 5")), r"bad.toml:\d+:\d+: .*updates and epochs")
        self.assertRegex(self.refused(('name = "images"', 'name = "go_nogo"'), ('folder = "images"\nimages = 4\n', ""),
                                      ('loss = "class_squared_error"\n', ""), ('recordings = ["recording.npy"]\n', "")),
                         r"bad.toml:\d+:\d+: the task has no epochs")
        self.assertRegex(self.refused(("images = 4", "images = 6")), r"label 0 has 5 test images")
        self.assertRegex(self.refused(('"mlp/hidden=9"', '"tower/hidden=20"')), r"20 units is wider than the 16 below")
        self.assertRegex(self.refused(('"feedback_alignment"', '"target_propagation"'),
                                      (ARCHITECTURES, '["square/activation=tanh"]')),
                         r"bad.toml:\d+:\d+: .*reaches every target")
        self.assertRegex(self.refused(('"feedback_alignment"', '"plasticity"'), (ARCHITECTURES, '["tower/bias=false"]'),
                                      ("layers = [1, -1, 0.5, 4]", "layers = [1]")),
                         r"bad.toml:\d+:\d+: rule 'plasticity' cannot train architecture 'tower/bias=false'")
        self.assertRegex(self.refused(("images = 4", "images = 4\naverage = 3")),
                         r"bad.toml:\d+:\d+: average=3 .*4 x 4 do not divide")

    def test_episodes_and_patterns_that_cannot_be_are_one_line(self):
        self.assertRegex(self.refused(("ways = 2", "ways = 4"), text=META), r"bad.toml:\d+:\d+: ways=4 .*there are 3 classes")
        self.assertRegex(self.refused(("shots = 2", "shots = 5"), text=META), r"bad.toml:\d+:\d+: label 0 has 5 test images")
        self.assertRegex(self.refused(("ways = 2", 'ways = 2\nclasses = "symmetries"'), text=META), r"bad.toml:\d+:\d+: .*ten labels")
        self.assertRegex(self.refused(("terms=[0,9,2]", "terms=[0,9,9]"), text=META), r"bad.toml:\d+:\d+: .*term 9 stands twice")
        self.assertRegex(self.refused(("terms=[0,9,2]", "terms=[0,10,2]"), text=META), r"bad.toml:\d+:\d+: .*10")
        self.assertRegex(self.refused(("terms=[0,9,2]", "terms=[0,9]"), text=META), r"bad.toml:\d+:\d+: .*scales has 3 numbers")
        self.assertRegex(self.refused(('"meta_gradient"', '"backprop"'), text=META), r"bad.toml:\d+:\d+: .*'backprop'")
        patterns = META.replace('name = "episodes"\nfolder = "images"\nways = 2\nshots = 2\nqueries = 1\nepisodes = 3',
                                'name = "patterns"\npatterns = 9\ninputs = 3')
        self.assertRegex(self.refused(text=patterns), r"bad.toml:\d+:\d+: patterns=9 .*make 8")


class ThetaTest(ImagesTest):
    """Coefficients that a run has learned, in another study."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("meta.toml", META)
        cls.cohort("run", "meta.toml", "-o", "meta.h5")

    def study(self, name, rule):
        self.write(name, STUDY.replace('["backprop", "feedback_alignment"]', f"[{rule}]")
                   .replace(ARCHITECTURES, '["mlp/hidden=7,bias=false,activation=softplus,beta=10"]')
                   .replace("layers = [1, -1, 0.5, 4]\n", "").replace("epochs = 3", "epochs = 1"))
        return name

    def test_what_a_run_learned_is_what_another_study_learns_by(self):
        with h5py.File(self.path("meta.h5"), "r") as file:
            keys = list(file["design/key"].asstr())
            learned = file["snapshots/parameters"][1, -1].astype(float)
            theta = numpy.zeros(10)
            theta[[0, 9, 2]] = learned[:3] * [1, 0.5, 2]
        self.assertNotEqual(theta[9], 0)
        written = "[" + ",".join(repr(float(value)) for value in theta) + "]"
        self.cohort("run", self.study("given.toml", f'"plasticity/feedback=symmetric,theta={written}"'), "-o", "given.h5")
        for run in ("1", keys[1][:9]):
            rule = f'"plasticity/feedback=symmetric,theta_from=meta.h5:{run}"'  # random feedback is each rule's own
            self.cohort("run", self.study("from.toml", rule), "-o", f"from_{run}.h5")
            with h5py.File(self.path("given.h5"), "r") as given, h5py.File(self.path(f"from_{run}.h5"), "r") as found:
                numpy.testing.assert_array_equal(found["curves/loss"][()], given["curves/loss"][()])
                numpy.testing.assert_array_equal(found["snapshots/parameters"][()], given["snapshots/parameters"][()])
                self.assertNotEqual(found["snapshots/parameters"][0, -1].std(), found["snapshots/parameters"][0, 0].std())
        self.cohort("run", self.study("other.toml", '"plasticity/feedback=symmetric,theta_from=meta.h5:0"'), "-o", "other.h5")
        with h5py.File(self.path("from_1.h5"), "r") as one, h5py.File(self.path("other.h5"), "r") as other, \
                h5py.File(self.path(f"from_{keys[1][:9]}.h5"), "r") as named:
            self.assertNotEqual(one["design/key"][0], other["design/key"][0], "keys follow the content")
            self.assertEqual(one["design/key"][0], named["design/key"][0], "and nothing else")

    def test_what_has_no_coefficients_is_said(self):
        def refused(rule):
            job = self.cohort("plan", self.study("bad.toml", f'"plasticity/theta_from={rule}"'), expect=2)
            self.assertEqual(len(job.err.splitlines()), 1, job.err)
            return job.err
        with open(self.path("meta.h5"), "rb") as file, open(self.path("pending.h5"), "wb") as copy:
            copy.write(file.read())
        with h5py.File(self.path("pending.h5"), "r+") as file:
            file["state/status"][1] = 2
        self.assertRegex(refused("missing.h5:0"), r"missing.h5: cannot be read")
        self.assertRegex(refused("recording.npy:0"), r"recording.npy: is no results file")
        self.assertRegex(refused("meta.h5:2"), r"meta.h5: has no run '2'")
        self.assertRegex(refused("meta.h5:abc"), r"meta.h5: has no run 'abc'")
        self.assertRegex(refused("meta.h5:"), r"meta.h5: has no run ''")
        self.assertRegex(refused("pending.h5:1"), r"pending.h5: run 1 has no Θ to give \(it is not done")
        self.assertRegex(refused("results.h5:1"), r"results.h5: run 1 has no Θ to give \(its architecture is mlp")
        self.assertRegex(refused("meta.h5:0,theta=[1,2]"), r"theta and theta_from are both given")
        self.write("bare.toml", META.replace("[snapshots]\nweights = true\n", ""))
        self.cohort("run", "bare.toml", "-o", "bare.h5")
        self.assertRegex(refused("bare.h5:1"), r"bare.h5: run 1 has no Θ to give \(its study kept no parameters")


if __name__ == "__main__":
    cohort_program.main()
