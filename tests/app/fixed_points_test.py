"""`cohort fixed-points`: networks that were trained elsewhere, by our names and by PyTorch's, checked with NumPy."""

import os

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

try:
    import torch
except ImportError:
    torch = None


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def rnn_step(p, h, x):
    return numpy.tanh(p["weight_hh_l0"] @ h + p["bias_hh_l0"] + p["weight_ih_l0"] @ x + p["bias_ih_l0"])


def gru_step(p, h, x):
    n = len(h)
    i, r = p["weight_ih_l0"] @ x + p["bias_ih_l0"], p["weight_hh_l0"] @ h + p["bias_hh_l0"]
    reset, update = sigmoid(i[:n] + r[:n]), sigmoid(i[n:2 * n] + r[n:2 * n])
    candidate = numpy.tanh(i[2 * n:] + reset * r[2 * n:])
    return (1 - update) * candidate + update * h


def lstm_step(p, state, x):
    n = len(state) // 2
    memory, h = state[:n], state[n:]
    gates = p["weight_ih_l0"] @ x + p["bias_ih_l0"] + p["weight_hh_l0"] @ h + p["bias_hh_l0"]
    into, forget, out = sigmoid(gates[:n]), sigmoid(gates[n:2 * n]), sigmoid(gates[3 * n:])
    memory = forget * memory + into * numpy.tanh(gates[2 * n:3 * n])
    return numpy.concatenate([memory, out * numpy.tanh(memory)])


def state_dict(n_gates, n, n_inputs, seed):
    random = numpy.random.default_rng(seed)
    return {"weight_ih_l0": random.normal(size=(n_gates * n, n_inputs)),
            "weight_hh_l0": random.normal(size=(n_gates * n, n)) * 1.5 / numpy.sqrt(n),
            "bias_ih_l0": random.normal(size=n_gates * n), "bias_hh_l0": random.normal(size=n_gates * n)}


TORCH = {"rate/tau=1,activation=tanh,units=5": (1, 5, rnn_step), "gru/units=5": (3, 5, gru_step),
         "lstm/units=4": (4, 8, lstm_step)}


class FixedPointsTest(ProgramTest):

    def test_one_unit_has_three_points_whatever_file_it_comes_in(self):
        arrays = {"W": numpy.array([[2.0]]), "W_in": numpy.array([[0.7, 0.0]]), "unused": numpy.zeros(3)}
        numpy.savez(self.path("one.npz"), **arrays)
        os.makedirs(self.path("one"))
        with h5py.File(self.path("one.h5"), "w") as file:
            for name, values in arrays.items():
                file["net/" + name] = values
                numpy.save(self.path(f"one/{name}.npy"), values)
        printed = set()
        for network in ("one.npz", "one", "one.h5/net"):
            out = self.cohort("fixed-points", network, "--cell", "rate/units=1,tau=4", "--dt", "10", "-o", "points.npz", "--graph").out
            self.assertIn("read W_in, W; zero, not in the file: b, h_0, W_out, b_out", out)
            self.assertIn("input 0,0: 2 without unstable directions, 1 with 1 unstable", out)
            printed.add(out[out.index("\n"):])
        self.assertEqual(len(printed), 1)
        found = numpy.load(self.path("points.npz"))
        points = found["fixed_points"][0, :, 0]
        saddle, stable = int(numpy.argmin(abs(points))), set(numpy.argsort(abs(points))[1:])
        self.assertEqual(set(found["leads_to"][0, saddle, 0]), stable)
        numpy.testing.assert_allclose(sorted(points), [-0.957504024, 0, 0.957504024], atol=1e-8)
        slopes = 0.75 + 0.5 * (1 - numpy.tanh(2 * points) ** 2)
        numpy.testing.assert_allclose(found["eigenvalues_real"][0, :, 0], slopes, atol=1e-9)
        numpy.testing.assert_allclose(found["slowest_ms"][0], 10 / abs(numpy.log(slopes)), rtol=1e-7)
        self.assertEqual((found["stable_count"], found["saddle_count"], found["cycle_count"]), (2, 1, 0))

    def test_inputs_and_starts_of_ones_own(self):
        numpy.savez(self.path("one.npz"), W=[[2.0]], W_in=[[0.7]], b=[0.0])
        numpy.save(self.path("starts.npy"), [[0.9], [0.95]])
        out = self.cohort("fixed-points", "one.npz", "--cell", "rate/units=1,tau=4", "--input", "0", "--input=-0.2",
                          "--starts", "starts.npy", "--modes", "1", "-o", "points.npz").out
        self.assertIn("input 0: 1 without unstable directions\n2 starts: 2 at a fixed point", out)
        found = numpy.load(self.path("points.npz"))
        self.assertEqual(found["n_fixed_points"].tolist(), [1, 1])
        x = found["fixed_points"][1, 0, 0]
        self.assertAlmostEqual(x, numpy.tanh(2 * x - 0.14), places=9)
        numpy.testing.assert_allclose(found["input_derivative"][1, 0], [[0.25 * 0.7 * (1 - x**2)]], atol=1e-8)

    def test_state_dicts_of_pytorch(self):
        x = numpy.array([0.3, -0.6])
        for cell, (n_gates, n_states, step) in TORCH.items():
            with self.subTest(cell=cell):
                p = state_dict(n_gates, n_states if "lstm" not in cell else 4, 2, seed=n_gates)
                numpy.savez(self.path("torch.npz"), **p)
                self.cohort("fixed-points", "torch.npz", "--cell", cell, "--input", "0.3,-0.6", "--n-starts", "64", "-o",
                            "points.npz", "--spread", "2")
                found = numpy.load(self.path("points.npz"))
                n = int(found["n_fixed_points"][0])
                self.assertGreater(n, 0)
                for state in found["fixed_points"][0, :n]:
                    numpy.testing.assert_allclose(step(p, state, x), state, atol=1e-9)
                    self.assertGreater(abs(step(p, state, 0 * x) - state).max(), 1e-3, "the input matters")

    def test_the_modules_themselves(self):
        if torch is None:
            self.skipTest("no PyTorch")
        torch.manual_seed(3)
        for cell, module in (("rate/units=6,tau=1", torch.nn.RNN(2, 6)), ("gru/units=6", torch.nn.GRU(2, 6)),
                             ("lstm/units=6", torch.nn.LSTM(2, 6))):
            with self.subTest(cell=cell):
                module = module.double()
                numpy.savez(self.path("torch.npz"), **{name: p.numpy() for name, p in module.state_dict().items()})
                self.cohort("fixed-points", "torch.npz", "--cell", cell, "--input", "1,-1", "--n-starts", "32", "-o",
                            "points.npz")
                found = numpy.load(self.path("points.npz"))
                state = torch.tensor(found["fixed_points"][0, 0])
                parts = [part.reshape(1, 1, 6) for part in state.split(6)]  # of the LSTM: c, then h
                before = (parts[1], parts[0]) if len(parts) == 2 else parts[0]
                with torch.no_grad():
                    _, after = module(torch.tensor([[[1.0, -1.0]]], dtype=torch.double), before)
                after = torch.cat([after[1].ravel(), after[0].ravel()]) if len(parts) == 2 else after.ravel()
                self.assertLess(float((after - state).abs().max()), 1e-9)

    def test_networks_of_a_study_come_back(self):
        cohort_program.save_recording(self.path("recording.npy"))
        self.write("study.toml", cohort_program.study(updates=5, starts=8, seeds=1))
        self.cohort("run", "study.toml", "-o", "results.h5")
        self.cohort("export", "results.h5", "--run", "0", "--npz", "run0.npz")
        with h5py.File(self.path("results.h5")) as file:
            cell = file["design/architecture_text"].asstr()[0]
            expected = file["dynamics/fixed_points"][0, -1, 0, 0]
            given = ",".join(str(x) for x in file["task/context_input"][0])
        self.cohort("fixed-points", "run0.npz", "--cell", cell, "--input", given, "-o", "points.npz")
        states = numpy.load(self.path("points.npz"))["fixed_points"][0]
        n = states.shape[1]
        self.assertLess(abs(states - expected[:n]).max(axis=1).min(), 1e-6)

    def test_a_search_that_finds_nothing_says_so(self):
        # h grows by one at every step: no point, no cycle.
        numpy.savez(self.path("grows.npz"), W=[[1.0]], W_in=[[0.0]], b=[1.0])
        out = self.cohort("fixed-points", "grows.npz", "--cell", "rate/units=1,tau=1,activation=linear", "--n-starts", "8",
                          "-o", "points.npz").out
        self.assertIn("input 0: nothing\n8 starts: 8 did not converge", out)
        found = numpy.load(self.path("points.npz"))
        self.assertEqual(found["search"].tolist(), [3])
        self.assertEqual(float(found["point_count"]), 0)
        self.assertTrue(numpy.isnan(found["log_time_constant"]) and numpy.isnan(found["unseen_share"][0]))

    def test_wrong_input_is_one_line(self):
        random = numpy.random.default_rng(1)
        good = {"W": random.normal(size=(4, 4)), "W_in": random.normal(size=(4, 2)), "b": numpy.zeros(4)}
        numpy.savez(self.path("good.npz"), **good)
        numpy.savez(self.path("no_w.npz"), W_in=good["W_in"])
        numpy.savez(self.path("no_input.npz"), W=good["W"])
        numpy.savez(self.path("nan.npz"), **{**good, "b": [0, 1, numpy.nan, 0]})
        numpy.savez(self.path("cube.npz"), **{**good, "W": numpy.zeros((4, 4, 4))})
        numpy.savez(self.path("two.npz"), **state_dict(1, 4, 2, 1), weight_hh_l1=good["W"])
        numpy.save(self.path("starts.npy"), numpy.zeros((3, 5)))
        with open(self.path("text.npz"), "w") as file:
            file.write("no zip")
        rate = ("--cell", "rate/units=4")
        for arguments, message in (
                (("missing.npz", *rate), "missing.npz: there is no such folder or file"),
                (("text.npz", *rate), "text.npz: cannot be read as arrays"),
                (("good.npz", "--cell", "rate/units=5"), "good.npz/W: is 4 x 4 (the cell has 5 x 5)"),
                (("good.npz", "--cell", "reta/units=4"), "unknown architecture 'reta'"),
                (("good.npz", "--cell", "lif/units=4"), "spikes have no derivative"),
                (("good.npz", "--cell", "mlp/hidden=4"), "it has no recurrent state"),
                (("good.npz", "--cell", "gru/units=4"), "good.npz: has no W_in_r"),
                (("good.npz", "--cell", "rate/units=4,sparsity=0.5"), "draws mask_W"),
                (("good.npz", "--cell", "rate/units=4,tau=uniform(5,30)"), "draws "),
                (("good.npz", "--cell", "rate/units=4,self_connections=false"), "changes the recurrent weights"),
                (("good.npz", "--cell", "rate/units=4,dale=true"), "changes the recurrent weights"),
                (("no_w.npz", *rate), "no_w.npz: has no W"),
                (("no_input.npz", *rate), "no_input.npz: has no W_in"),
                (("nan.npz", *rate), "holds a NaN"),
                (("cube.npz", *rate), "has 3 dimensions"),
                (("two.npz", *rate), "has weight_hh_l1"),
                (("good.npz", *rate, "--input", "1"), "--input 1 has 1 numbers (the network has 2 inputs)"),
                (("good.npz", *rate, "--input", "1,x"), "--input 1,x is no list of numbers"),
                (("good.npz", *rate, "--starts", "starts.npy"), "starts.npy: has the shape (3, 5)"),
                (("good.npz",), "--cell"),
                (("good.npz", *rate, "-o", "no/such/folder.npz"), "folder.npz: cannot be written")):
            with self.subTest(arguments=arguments):
                job = self.cohort("fixed-points", *arguments, expect=2)
                self.assertIn(message, job.err)
                self.assertEqual(job.err.count("\n"), 1, job.err)


if __name__ == "__main__":
    cohort_program.main()
