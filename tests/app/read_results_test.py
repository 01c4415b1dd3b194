"""A results file is enough by itself: jobs/read_results.py rebuilds every architecture with NumPy from the file alone and
gets the representation, error, distance and fixed points that the program stored."""

import importlib.util
import itertools
import os
import subprocess
import sys

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "read_results.py")
spec = importlib.util.spec_from_file_location("read_results", SCRIPT)
read_results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_results)

SMOOTH = ["ctrnn/units=6,tau=uniform(2,9)", "ctrnn/units=7,dale=true,activation=relu,input_fraction=0.5,tau=3",
          "ctrnn/units=5,activation=softplus,tau=4,self_connections=false", "rate/units=6,sparsity=0.5,activation=sigmoid",
          "rate/units=6,rank=2,tau_out=5", "gru/units=4,readout_fraction=0.5", "gru/units=5,sparsity=0.7,noise=0.1",
          "lstm/units=4,sparsity=0.6,tau_out=3"]
SPIKING = ["lif/units=8,tau=uniform(5,30),threshold=0.03,refractory=2", "lif/units=8,dale=true,threshold=0.04,refractory=0",
           "alif/units=8,beta=0.2,adaptive=0.5,drive_scale=one,threshold=0.4"]


def study(task, architectures, dynamics=""):
    names = ", ".join(f'"{name}"' for name in architectures)
    return f"""[study]
name = "read"
seed = 11
[task]
{task}
[factors]
rule           = ["bptt"]
architecture   = [{names}]
initialization = ["gaussian/gain=1.1"]
seed           = 2
[training]
updates   = 30
batch     = 4
optimizer = "adam/rate=1e-2"
[snapshots]
at_updates = [0, 10]
weights    = true
outputs    = true
[similarity]
measures = ["procrustes"]
{dynamics}
"""


class ReadResultsTest(ProgramTest):

    def check(self, name, text, rates_within=2e-6):
        self.write(name + ".toml", text)
        self.cohort("run", name + ".toml", "-o", name + ".h5")
        with h5py.File(self.path(name + ".h5"), "r") as file:
            n_runs, n_levels = file["snapshots/update"].shape
            for run in range(n_runs):
                for level in range(n_levels):
                    self.check_network(file, run, level, rates_within)
            return self.n_points(file)

    def check_network(self, file, run, level, rates_within):
        what = f"{file['design/architecture_text'][run].decode()} level {level}"
        network = read_results.network_of(file, run, level)
        rates, outputs = network.run(file["task/inputs"][()])
        stored = file["snapshots/representation"][run, level, :, :network.n_units]
        self.assertGreater(numpy.abs(stored).max(), 0, what)
        self.assertLess(numpy.abs(read_results.representation(file, rates) - stored).max(), rates_within, what)
        numpy.testing.assert_allclose(read_results.representation(file, outputs), file["snapshots/outputs"][run, level],
                                      rtol=1e-4, atol=20 * rates_within, err_msg=what)
        numpy.testing.assert_allclose(read_results.error(file, outputs), file["snapshots/error"][run, level],
                                      rtol=1e-4, err_msg=what)
        other = (run + 1) % len(file["design/run"])
        theirs = file["snapshots/representation"][other, level]
        theirs = theirs[:, ~numpy.isnan(theirs[0])]
        distance = read_results.procrustes(stored.astype(float), theirs.astype(float))
        self.assertAlmostEqual(distance, file["similarity/procrustes"][level, run, other], 10, what)

    def n_points(self, file):
        """Of the last networks, each of which must be where the file says, and stand as still; those before likewise."""
        if "dynamics" not in file:
            return 0
        n_points, last = 0, len(file["snapshots/level"]) - 1
        for run, level in itertools.product(range(len(file["design/run"])), range(last + 1)):
            network = read_results.Network(file, run, level)
            for now, then in read_results.speeds(file, network, run, level):
                self.assertLess(now, 1e-12, run)
                self.assertLess(then, 1e-12, run)
                n_points += level == last
        return n_points

    def test_every_smooth_cell_and_constraint_with_fixed_points(self):
        task = 'name = "flip_flop"\nsteps = 20\nbits = 2\nsequences = 4'
        n_points = self.check("smooth", study(task, SMOOTH, "[dynamics]\nfixed_points = {starts = 16}"))
        self.assertGreaterEqual(n_points, 2 * len(SMOOTH) - 2)

    def test_classes_and_contexts(self):
        task = 'name = "context_integration_mante_2013"'
        self.check("contexts", study(task, SMOOTH[:2], "[dynamics]\nfixed_points = {starts = 16}"), 5e-5)
        task = 'name = "delayed_match_to_sample"'
        self.check("classes", study(task, SMOOTH[2:4]), 5e-5)

    def test_modes_of_points_are_those_of_the_jacobian_there(self):
        task = 'name = "context_integration_mante_2013"'
        text = study(task, ["ctrnn/units=8,activation=tanh,tau=4"],
                     '[dynamics]\nfixed_points = {starts = 16, modes = 3, contexts = ["colour"], levels = ["final"], noise = 0.2, graph = true}')
        self.write("modes.toml", text)
        self.cohort("run", "modes.toml", "-o", "modes.h5")
        with h5py.File(self.path("modes.h5"), "r") as file:
            dynamics = file["dynamics"]
            self.assertEqual(dynamics["context"].asstr()[:].tolist(), ["motion", "colour"])
            self.assertTrue((dynamics["n_fixed_points"][..., 0] == -1).all(), "nor the other context")
            self.assertTrue((dynamics["n_fixed_points"][:, :-1] == -1).all(), "other levels were not asked for")
            self.assertTrue((dynamics["made_from"][()] != 0).all())
            named = dict(zip(file["task/context"].asstr(), file["task/context_input"]))
            n_checked = 0
            for run in range(2):
                network, n = read_results.Network(file, run, 2), dynamics["n_fixed_points"][run, 2, 1]
                self.assertEqual(dynamics["point_count"][run, 2], n)
                self.assertEqual(dynamics["points_by_unstable"][run, 2, 1].sum(), n)
                for point in range(n):
                    at = (run, 2, 1, point)
                    self.check_modes(network, named["colour"], dynamics, at)
                    n_checked += 1
            self.assertGreaterEqual(n_checked, 2)

    def check_modes(self, network, u, dynamics, at):
        def after(x, u):
            return network.step(x.reshape(network.start(1).shape), u[:, None]).ravel()

        def derivative(f, x):
            steps = 1e-5 * numpy.eye(len(x))
            return numpy.array([(f(x + step) - f(x - step)) / 2e-5 for step in steps]).T

        x = dynamics["fixed_points"][at]
        jacobian = derivative(lambda x: after(x, u), x)
        eigenvalues = dynamics["eigenvalues_real"][at] + 1j * dynamics["eigenvalues_imag"][at]
        right, left = (dynamics[side + "_real"][at] + 1j * dynamics[side + "_imag"][at] for side in ("right", "left"))
        for mode in range(3):
            numpy.testing.assert_allclose(jacobian @ right[mode], eigenvalues[mode] * right[mode], atol=1e-7)
            numpy.testing.assert_allclose(left[mode] @ jacobian, eigenvalues[mode] * left[mode], atol=1e-5)
            constant = 15 / abs(numpy.log(abs(eigenvalues[mode])))
            numpy.testing.assert_allclose(dynamics["time_constant_ms"][at][mode], constant, rtol=1e-6)
        numpy.testing.assert_allclose(left @ right.T, numpy.eye(3), atol=1e-7)
        numpy.testing.assert_allclose(dynamics["input_derivative"][at], derivative(lambda u: after(x, u), u), atol=1e-7)
        slowest = 15 / abs(numpy.log(abs(eigenvalues)))
        self.assertEqual(dynamics["n_slow_modes"][at], (slowest >= 113 * 15).sum())

    def test_every_spiking_cell(self):
        task = 'name = "flip_flop"\nsteps = 20\nbits = 2\nsequences = 4'
        self.check("spiking", study(task, SPIKING).replace("1e-2", "1e-3"))

    def test_networks_of_layers(self):
        task = 'name = "delayed_match_to_sample"'
        layers = [f"mlp/hidden=8-8-6,{options}" for options in
                  ("activation=softplus,beta=4,skip=dense", "activation=leaky_relu,slope=0.3,skip=residual",
                   "bias=false")]
        layers += ["square/hidden_layers=2", "tower/hidden=3,activation=tanh"]
        self.check("layers", study(task, layers).replace("bptt", "backprop"), 5e-5)

    def test_the_script_prints_what_it_finds(self):
        task = 'name = "flip_flop"\nsteps = 10\nbits = 1\nsequences = 2'
        self.write("script.toml", study(task, SMOOTH[:1], "[dynamics]\nfixed_points = {starts = 4}"))
        self.cohort("run", "script.toml", "-o", "script.h5")
        printed = subprocess.run([sys.executable, SCRIPT, self.path("script.h5"), "1"], capture_output=True, text=True)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertRegex(printed.stdout, r"update=10: representation within [\d.e-]+; outputs within [\d.e-]+; error")
        self.assertIn("fixed point: speed", printed.stdout)

    def exported(self, results, run, *options, expect=0):
        job = self.cohort("export", results, "--run", str(run), "--npz", "network.npz", *options, expect=expect)
        return job.err if expect else dict(numpy.load(self.path("network.npz")))

    def test_exported_weights_have_the_names_of_pytorch(self):
        task = 'name = "flip_flop"\nsteps = 10\nbits = 2\nsequences = 4'
        self.write("export.toml", study(task, [SMOOTH[1], SMOOTH[4], SMOOTH[6], SMOOTH[7]]))
        self.cohort("run", "export.toml", "-o", "export.h5")
        gates = {"ctrnn": [""], "rate": [""], "gru": ["_r", "_z", "_n"], "lstm": ["_i", "_f", "_g", "_o"]}
        with h5py.File(self.path("export.h5"), "r") as file:
            for run in range(0, 8, 2):
                arrays, network = self.exported("export.h5", run), read_results.Network(file, run, 2)
                own = [network.weights("W" + gate) for gate in gates[network.cell]]
                numpy.testing.assert_allclose(arrays["weight_hh_l0"], numpy.concatenate(own), atol=1e-6)
                own = [network.p["W_in" + gate] for gate in gates[network.cell]]
                numpy.testing.assert_array_equal(arrays["weight_ih_l0"], numpy.concatenate(own).astype("f4"))
                own = [network.p["b" + gate] for gate in gates[network.cell]]
                numpy.testing.assert_array_equal(arrays["bias_ih_l0"], numpy.concatenate(own)[:, 0].astype("f4"))
                self.assertEqual("b_hn" in network.p, bool(arrays["bias_hh_l0"].any()))
                numpy.testing.assert_array_equal(arrays["readout.weight"], network.p["W_out"].astype("f4"))
                self.assertEqual("alpha" in arrays, network.cell in ("ctrnn", "rate"))
        self.assertNotEqual(self.exported("export.h5", 0, "--level", "update=0")["readout.weight"].tobytes(),
                            self.exported("export.h5", 0, "--level", "update=10")["readout.weight"].tobytes())

    def test_what_cannot_be_exported_is_said(self):
        text = study('name = "flip_flop"\nsteps = 10\nbits = 1\nsequences = 2', SMOOTH[:1])
        self.write("light.toml", text.replace("weights    = true", ""))
        self.cohort("run", "light.toml", "-o", "light.h5")
        self.assertIn("weights = true", self.exported("light.h5", 0, expect=2))
        self.assertIn("its runs are 0 to 1", self.exported("light.h5", 2, expect=2))
        self.assertIn("Did you mean 'final'", self.exported("light.h5", 0, "--level", "finall", expect=2))


if __name__ == "__main__":
    cohort_program.main()
