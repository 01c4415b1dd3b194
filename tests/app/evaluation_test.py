"""What a study says of its networks: errors of odd targets, levels by luck, trials from files, strengths, silence."""

import os

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy

RNG = numpy.random.default_rng(1)


def study(task, architecture="ctrnn/units=12", initialization="gaussian", rule="bptt", seeds=2, more="", updates=20,
          sections=""):
    return f"""[study]
name = "evaluated"
seed = 1
[task]
{task}
[factors]
rule = ["{rule}"]
architecture = ["{architecture}"]
initialization = ["{initialization}"]
seed = {seeds}
[training]
updates = {updates}
batch = 8
{more}
{sections}
"""


class EvaluationTest(ProgramTest):

    def trials(self, name, **arrays):
        os.makedirs(self.path(name), exist_ok=True)
        for array, values in arrays.items():
            numpy.save(os.path.join(self.path(name), array + ".npy"), values)
        return name

    def ran(self, name, text, **more):
        self.write(name + ".toml", text)
        return self.cohort("run", name + ".toml", "-o", name + ".h5", **more)

    def planned(self, name, text):
        self.write(name + ".toml", text)
        return self.cohort("plan", name + ".toml").out

    # Trials from files

    def test_a_test_set_of_another_size_needs_no_conditions(self):
        for name, n_trials, n_steps in (("train", 40, 9), ("test", 10, 11)):
            self.trials(name, inputs=RNG.standard_normal((n_trials, n_steps, 3)),
                        targets=RNG.standard_normal((n_trials, n_steps, 2)))
        self.ran("split", study('name = "from_file"\npath = "train"\nevaluation = "test"'))
        with h5py.File(self.path("split.h5")) as file:
            self.assertEqual(file["/snapshots/representation"].shape[2:], (10 * 11, 12))
            self.assertEqual(file["/task/targets"].shape[:2], (10, 11))

    def test_every_trial_of_a_condition_is_evaluated(self):
        conditions = numpy.array([1, 0, 1, 1, 0, 1])
        inputs, targets = RNG.standard_normal((6, 5, 2)), RNG.standard_normal((6, 5, 1))
        self.trials("labelled", inputs=inputs, targets=targets, conditions=conditions)
        self.ran("labelled", study('name = "from_file"\npath = "labelled"', sections="[snapshots]\nweights = true"))
        with h5py.File(self.path("labelled.h5")) as file:
            self.assertEqual(file["/task/trial_condition"][()].tolist(), [0, 0, 1, 1, 1, 1])
            order = [1, 4, 0, 2, 3, 5]
            numpy.testing.assert_array_equal(file["/task/targets"][()], targets[order].astype("f4"))
            self.assertEqual(file["/snapshots/representation"].shape[2], 2 * 5)

    def test_targets_may_be_nan_where_the_mask_is_zero(self):
        inputs, targets, mask = RNG.standard_normal((6, 5, 2)), RNG.standard_normal((6, 5, 1)), numpy.ones((6, 5))
        mask[:, :2] = 0
        self.trials("zero", inputs=inputs, targets=numpy.where(mask[..., None] > 0, targets, 0), mask=mask)
        targets[:, :2] = numpy.nan
        self.trials("nan", inputs=inputs, targets=targets, mask=mask)
        for name in ("zero", "nan"):
            self.ran(name, study(f'name = "from_file"\npath = "{name}"'))
        numpy.testing.assert_array_equal(self.read("nan.h5", "/curves/loss"), self.read("zero.h5", "/curves/loss"))
        self.assertTrue(numpy.isfinite(self.read("nan.h5", "/curves/error")).all())

    def test_odd_classes_are_said_in_one_line(self):
        self.trials("one", inputs=RNG.standard_normal((6, 5, 2)), classes=numpy.zeros(6))
        self.trials("from_one", inputs=RNG.standard_normal((6, 5, 2)), classes=numpy.array([1, 2, 1, 2, 1, 2]))
        one = study('name = "from_file"\npath = "one"')
        line = "the classes of the training trials are all the same: a task that cannot be failed"
        self.assertIn("warning: " + line, self.planned("one", one))
        self.assertIn(line, self.ran("one", one).err)
        self.assertIn("class 0 never occurs in the training trials: classes count from 0, so there are 3 outputs for 2",
                      self.planned("from_one", study('name = "from_file"\npath = "from_one"')))

    # Errors and levels

    def test_the_error_does_not_grow_with_the_number_of_trials(self):
        inputs, targets = RNG.standard_normal((6, 5, 2)), RNG.standard_normal((6, 5, 3))
        targets[..., 1], targets[..., 2] = 1, 0
        errors = []
        for n in (1, 4):
            name = f"times_{n}"
            self.trials(name + "_test", inputs=numpy.tile(inputs, (n, 1, 1)), targets=numpy.tile(targets, (n, 1, 1)))
            self.trials("odd", inputs=inputs, targets=targets)
            self.ran(name, study(f'name = "from_file"\npath = "odd"\nevaluation = "{name}_test"', updates=1))
            errors.append(self.read(name + ".h5", "/curves/error")[:, 0])
            with h5py.File(self.path(name + ".h5")) as file:
                self.assertIn("where it is a constant other than 0", file["/curves/error"].attrs["comment"])
        numpy.testing.assert_allclose(*errors, rtol=1e-5)

    def test_levels_at_chance_are_warned_of_and_the_untrained_network_reaches_none(self):
        text = study('name = "delayed_match_to_sample"', seeds=4, sections="[snapshots]\nat_accuracy = [0.0, 0.9]\n"
                     "at_error = [0.1, 100]")
        warnings = [line for line in self.planned("luck", text).splitlines() if "chance" in line]
        self.assertEqual(len(warnings), 2, warnings)
        self.assertIn("level accuracy>=0 is at chance or below: outputs that never change score 0.5", warnings[1])
        out = self.ran("luck", text).out
        for line in warnings:
            self.assertIn(line.replace("warning: ", ""), out)
        labels = [label.decode() for label in self.read("luck.h5", "/snapshots/level")]
        updates = self.read("luck.h5", "/snapshots/update")[:, labels.index("accuracy>=0")]
        self.assertEqual(updates.tolist(), [1, 1, 1, 1])

    def test_a_level_can_be_asked_to_hold(self):
        text = study('name = "delayed_match_to_sample"', seeds=3,
                     sections="[snapshots]\nat_accuracy = [0.55]\nhold = 4", updates=80, more='optimizer = "adam/rate=3e-3"')
        self.ran("hold", text)
        accuracy, updates = self.read("hold.h5", "/curves/accuracy"), self.read("hold.h5", "/snapshots/update")[:, 0]
        for curve, update in zip(accuracy, updates):
            meets = curve >= 0.55
            expected = [u for u in range(4, len(curve)) if meets[u - 3:u + 1].all()]
            self.assertEqual(update, expected[0] if expected else -1)
        self.assertTrue((updates > 0).any())

    # Strengths and silence

    def test_the_radius_that_a_gain_stands_for_is_known(self):
        for name, initialization, low, high in (("gain", "gaussian/gain=1.5", 0.5, 0.8),
                                                ("radius", "gaussian/gain=1.5,radius=1.5", 1.4999, 1.5001)):
            text = study('name = "delayed_match_to_sample"', architecture="ctrnn/units=200,dale=true",
                         initialization=initialization, seeds=1, updates=1,
                         sections="[snapshots]\nat_updates = [0]\nweights = true")
            rows = [line for line in self.planned(name, text).splitlines() if initialization in line]
            shown = float(rows[-1].split()[-2])
            self.assertTrue(low - 1e-3 < shown < high + 1e-3, rows)
            self.ran(name, text)
            with h5py.File(self.path(name + ".h5")) as file:
                stored = file["/networks/initial_radius"][0]
                weights = file["/snapshots/parameters"][0, 0, :200 * 200].reshape(200, 200, order="F").astype(float)
                weights = abs(weights) * numpy.where(numpy.arange(200) < 160, 1, -1)
                radius = abs(numpy.linalg.eigvals(weights)).max()
                self.assertAlmostEqual(stored, radius, places=4)
                self.assertAlmostEqual(file["/networks/initial_norm"][0], numpy.linalg.norm(weights), places=4)
                self.assertTrue(low < radius < high, radius)

    def test_a_silent_network_is_not_simply_done(self):
        text = study('name = "delayed_match_to_sample"', architecture="lif/units=20,threshold=1e6")
        out = self.ran("silent", text).out
        self.assertIn("bptt | lif/units=20,threshold=1e6 | gaussian: most units are silent at the end in 2 of 2 runs", out)
        self.assertEqual(self.read("silent.h5", "/networks/silent").tolist(), [[1, 1], [1, 1]])
        self.assertEqual(self.read("silent.h5", "/networks/mean_rate").tolist(), [[0, 0], [0, 0]])
        out = self.ran("lively", study('name = "delayed_match_to_sample"', architecture="ctrnn/units=20,activation=tanh")).out
        self.assertNotIn("most units", out)

    # Feedback from a file

    def test_feedback_weights_may_come_from_a_file(self):
        numpy.save(self.path("B.npy"), RNG.standard_normal((12, 3)))
        numpy.save(self.path("wrong.npy"), RNG.standard_normal((12, 4)))
        task = 'name = "context_integration_mante_2013"'
        rule = "eprop/feedback=file,feedback_file={}.npy"
        self.ran("given", study(task, rule=rule.format("B")), ranks=2)
        os.makedirs(self.path("elsewhere"), exist_ok=True)
        numpy.save(self.path("elsewhere/B.npy"), numpy.load(self.path("B.npy")))
        self.ran("moved", study(task, rule=rule.format("elsewhere/B")))
        numpy.testing.assert_array_equal(self.read("given.h5", "/curves/loss"), self.read("moved.h5", "/curves/loss"))
        self.assertEqual(self.read("given.h5", "/design/key").tolist(), self.read("moved.h5", "/design/key").tolist())
        self.write("wrong.toml", study(task, rule=rule.format("wrong")))
        self.assertIn("has shape [12, 4]", self.cohort("plan", "wrong.toml", expect=2).err)

    # Noise and contexts

    def test_unit_noise_belongs_to_the_run_whoever_trains_it(self):
        text = study('name = "context_integration_mante_2013"', architecture="ctrnn/units=12,noise=0.3", seeds=6)
        for ranks in (1, 2, 3):
            self.ran(f"noisy_{ranks}", text, ranks=ranks)
        for ranks in (2, 3):
            self.assertEqual(differences(self.path(f"noisy_{ranks}.h5"), self.path("noisy_1.h5")), [])
        self.assertGreater(len(set(self.read("noisy_3.h5", "/state/rank"))), 1)
        quiet = study('name = "context_integration_mante_2013"', seeds=6)
        self.ran("quiet", quiet)
        self.assertTrue((self.read("quiet.h5", "/curves/loss")[:, 5] != self.read("noisy_1.h5", "/curves/loss")[:, 5]).all())

    def test_fixed_points_are_those_of_their_own_context(self):
        text = study('name = "context_integration_mante_2013"', architecture="ctrnn/units=12,activation=tanh,tau=4",
                     sections="[dynamics]\nfixed_points = { starts = 24 }")
        self.ran("contexts", text)
        with h5py.File(self.path("contexts.h5")) as file:
            inputs, kinds = file["/task/context_input"][()], file["/dynamics/kind"][:, -1]
            points = file["/dynamics/fixed_points"][:, -1]
            self.assertGreater(len(inputs), 1)
            n_checked = 0
            for run in range(2):
                values = file["/snapshots/parameters"][run, -1].astype(float)
                n, n_in = 12, inputs.shape[1]
                w = values[:n * n].reshape(n, n, order="F")
                w_in = values[n * n:n * (n + n_in)].reshape(n, n_in, order="F")
                b = values[n * (n + n_in):n * (n + n_in + 1)]
                for context, point in zip(*numpy.nonzero(kinds[run] == 1)):
                    state = points[run, context, point]
                    residual = [abs(w @ numpy.tanh(state) + w_in @ u + b - state).max() for u in inputs]
                    self.assertLess(residual[context], 1e-5)
                    self.assertGreater(min(r for other, r in enumerate(residual) if other != context), 1e-3)
                    n_checked += 1
            self.assertGreater(n_checked, 2)


if __name__ == "__main__":
    cohort_program.main()
