"""Published findings about credit through depth, from the studies of jobs/studies, made smaller (label science; minutes; each
prints its table)."""

import os
import subprocess
import sys

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

STUDIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "studies")
FASHION = "/usr/share/datasets/fashion-mnist"  # Debian's dataset-fashion-mnist


class LearnLayersTest(ProgramTest):

    def accuracy(self, name, table, *changes):
        """Of a study, at the end: by rule and architecture, over everything else."""
        with open(os.path.join(STUDIES, f"{name}.toml"), encoding="utf-8") as file:
            text = file.read()
        if "folder" in text and not os.path.isdir(FASHION):
            self.skipTest(f"{FASHION} is absent")
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.write(f"{name}.toml", text)
        self.cohort("run", f"{name}.toml", "-o", f"{name}.h5")
        script = os.path.join(STUDIES, "layers_table.py")
        print("\n" + subprocess.run([sys.executable, script, table, self.path(f"{name}.h5")], check=True,
                                    capture_output=True, text=True).stdout, flush=True)
        with h5py.File(self.path(f"{name}.h5"), "r") as file:
            final = file["curves/accuracy"][:, -1]
            names = list(zip(file["design/rule_text"].asstr()[:], file["design/architecture_text"].asstr()[:]))
            return {key: final[[other == key for other in names]].mean() for key in dict.fromkeys(names)}

    def by_rule(self, accuracy):
        return {rule: numpy.mean([value for (own, _), value in accuracy.items() if own == rule])
                for rule in dict.fromkeys(rule for rule, _ in accuracy)}

    def test_sign_symmetry_is_as_good_as_backprop_and_random_feedback_is_not(self):
        of = self.by_rule(self.accuracy("layers_credit", "epochs"))
        self.assertGreater(of["backprop"], 0.8)
        self.assertLess(abs(of["sign_symmetry"] - of["backprop"]), 0.02)
        self.assertLess(of["feedback_alignment"], of["backprop"] - 0.02)
        self.assertLess(of["direct_feedback_alignment"], of["backprop"] - 0.02)

    def test_gait_prop_follows_backprop_and_target_propagation_does_not(self):
        of = self.by_rule(self.accuracy("gait_ahmad_2020", "epochs",
                                        ("average    = 2 ", "per_class  = 1500\naverage    = 2 "),
                                        ("evaluate_every = 1000", "evaluate_every = 250")))
        self.assertGreater(of["backprop"], 0.8)
        self.assertGreater(of["gait_prop"], of["backprop"] - 0.05)
        self.assertLess(of["incremental_target_propagation"], of["gait_prop"] - 0.05)
        self.assertLess(of["target_propagation"], of["gait_prop"] - 0.15)

    def test_information_rises_to_the_optimum(self):
        of = self.by_rule(self.accuracy("infomax_liu_2021", "curves"))
        self.assertGreater(of["infomax/variant=enumerated,samples=20"], 0.98)
        self.assertGreater(of["infomax/variant=lateral,samples=20"], 0.95)
        self.assertLess(of["infomax/variant=lateral,samples=20,lateral_rate=0.02"], 0.93)
        self.assertLess(of["infomax/variant=factorized,samples=20"], 0.93)

    def test_two_terms_of_plasticity_make_random_feedback_as_good_as_backprop(self):
        of = self.accuracy("plasticity_shervani_2023", "theta", ("seed           = 5", "seed           = 3"),
                           ("updates        = 150", "updates        = 100"), ("evaluate_every = 150", "evaluate_every = 100"))
        of = {architecture: value for (_, architecture), value in of.items()}
        alignment, bio = of["plastic_mlp/terms=[0]"], of["plastic_mlp/terms=[0,2,9]"]
        exact = of["plastic_mlp/terms=[0],feedback=symmetric"]
        self.assertGreater(of["plastic_mlp/terms=[0,2]"], alignment + 0.05)
        self.assertGreater(bio, alignment + 0.15)
        self.assertGreater(bio, exact - 0.1)


if __name__ == "__main__":
    cohort_program.main()
