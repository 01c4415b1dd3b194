"""What each command tells its user, and with which exit code."""

import json
import os
import pathlib
import json
import re
import subprocess

import cohort_program
from cohort_program import ProgramTest, differences, numpy, save_recording, study, wait_until


# Data that are not part of the product, see tests/support/shared_data.hpp.
SHARED = pathlib.Path(os.environ.get("COHORT_SHARED_DIR", pathlib.Path(__file__).resolve().parents[3] / "shared"))
RECORDING = SHARED / "data" / "hatsopoulos2007" / "firing_rate.npy"


class CommandsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study())
        cls.first = cls.cohort("run", "study.toml", "-o", "results.h5")

    def numbers(self, pattern, out):
        found = re.search(pattern, out)
        self.assertIsNotNone(found, f"{pattern} in\n{out}")
        return [float(number) for number in found.groups()]

    def test_run_ends_with_tables(self):
        out = self.first.out
        self.assertTrue(out.startswith("16 runs: 16 done, 0 diverged, 0 failed, 0 to do\n"), out)
        self.assertRegex(out, r"rule +architecture +initialization +runs +final error +updates to error<=0.9")
        for rule in ("bptt", "eprop"):
            for units in (12, 20):
                self.assertRegex(out, rf"{rule} +ctrnn/units={units} +gaussian/gain=0.8 +2/2 +\d\.\d{{4}} ± \d\.\d{{4}}")
        self.assertIn("procrustes distance (normalized) to recording.npy; halves of the recording 0.", out)
        self.assertIn("procrustes distance (normalized) between runs that differ in one factor only", out)
        # Before training a rule can have done nothing: runs that differ in it only are the same.
        self.assertRegex(out, r"rule +8 +0\.0000 ± 0\.0000")
        self.assertRegex(out, r"seed +8 +0\.[01]\d{3} ± 0\.\d{4}")
        self.assertTrue(out.endswith("results: results.h5\n"), out)

    def test_run_again_has_nothing_to_do(self):
        before = self.read("results.h5", "/state/finished").tolist()
        again = self.cohort("run", "study.toml", "-o", "results.h5")
        self.assertEqual(again.out, self.first.out)
        self.assertEqual(again.err, "")
        self.assertEqual(self.read("results.h5", "/state/finished").tolist(), before)

    def test_run_names_its_results_after_the_study(self):
        self.write("small.toml", study(updates=1, starts=1))
        self.assertTrue(self.cohort("run", "small.toml").out.endswith("results: small.h5\n"))
        self.assertTrue(os.path.exists(self.path("small.h5")))

    def test_plan(self):
        out = self.cohort("plan", "study.toml", "-n", "4").out
        self.assertTrue(out.startswith("small: 16 runs\n"), out)
        self.assertRegex(out, r"rule +bptt eprop\n +architecture +ctrnn/units=12 ctrnn/units=20\n")
        self.assertIn("(8 conditions; trials of 300 steps of 10 ms)", out)
        self.assertEqual(len(re.findall(r"\d\.\d\d ms per update", out)), 4)
        self.assertRegex(out, r"training: .* of processor time, .* on 4 ranks\n")
        self.assertRegex(out, r"memory per rank: about [\d.]+ MB\n")
        planned, = self.numbers(r"results file: ([\d.]+) MB\n", out)
        actual = os.path.getsize(self.path("results.h5")) / 1e6
        self.assertTrue(actual <= planned < 1.5 * actual, f"{actual} MB, planned {planned} MB")
        self.assertFalse(os.path.exists(self.path("small.h5.lease")))

    def test_plan_answers_once_under_mpirun(self):
        self.assertEqual(self.cohort("plan", "study.toml", ranks=2).out.count("small: 16 runs"), 1)

    def test_status(self):
        job = self.cohort("status", "results.h5")
        self.assertEqual(job.err, "")
        lines = job.out.splitlines()
        self.assertEqual(lines[0], "small: 16 runs: 16 done, 0 diverged, 0 failed, 0 to do")
        self.assertRegex(lines[1], r"^  started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC on \S+, 1 rank: finished at \d{4}-")

    def test_verify(self):
        self.assertEqual(self.cohort("verify", "results.h5").out, "16 of 16 runs whole, 0 broken, 0 failed, 0 to do\n")

    def test_status_and_verify_during_a_job(self):
        self.write("long.toml", study(updates=600))
        job = self.start("run", "long.toml", "-o", "long.h5", ranks=2)
        wait_until(lambda: self.n_finished("long.h5") >= 1, job)
        status = self.cohort("status", "long.h5").out
        verdict = self.cohort("verify", "long.h5", expect=3).out
        self.assertTrue(job.is_running())
        done, left = self.numbers(r"small: 16 runs: (\d+) done, 0 diverged, 0 failed, (\d+) to do", status)
        self.assertEqual(done + left, 16)
        self.assertGreaterEqual(done, 1)
        self.assertRegex(status, r"a job works on it: process \d+ on \S+\n")
        self.assertIn(", 2 ranks: running, or killed", status)
        whole, left = self.numbers(r"(\d+) of 16 runs whole, 0 broken, 0 failed, (\d+) to do", verdict)
        self.assertEqual(whole + left, 16)
        self.assertEqual(job.wait(), 0)
        self.assertNotIn("a job works on it", self.cohort("status", "long.h5").out)

    def test_a_run_that_diverges_is_listed_and_the_job_is_complete(self):
        self.write("absurd.toml", study(optimizer="sgd/rate=1e6"))
        one = self.cohort("run", "absurd.toml", "-o", "absurd.h5")
        n_diverged, = self.numbers(r"16 runs: \d+ done, (\d+) diverged, 0 failed, 0 to do", one.out)
        self.assertGreater(n_diverged, 0)
        # Many that ended for one reason are counted, few are listed.
        listed = len(re.findall(r"  run \d+ diverged: .* at update \d+\n", one.out))
        counted = sum(map(int, re.findall(r"  (\d+) runs diverged: .* at update # \(first: run \d+ diverged: ", one.out)))
        self.assertEqual(listed + counted, n_diverged)
        run = int(numpy.argmax(self.read("absurd.h5", "/state/status") == 2))
        self.assertIn("at update", self.read("absurd.h5", "/state/message")[run].decode())
        loss = self.read("absurd.h5", "/curves/loss")[run]
        n_values = int((~numpy.isnan(loss)).sum())  # the curve up to the explosion, which may be infinite itself
        self.assertTrue(0 < n_values < len(loss))
        self.assertFalse(numpy.isnan(loss[:n_values]).any())
        self.assertIn(f"{n_diverged:.0f} diverged", self.cohort("status", "absurd.h5").out)
        self.cohort("verify", "absurd.h5")
        self.cohort("run", "absurd.toml", "-o", "absurd_on_2.h5", ranks=2)
        self.assertEqual(differences(self.path("absurd.h5"), self.path("absurd_on_2.h5")), [])

    def test_list(self):
        expected = {"rules": ("bptt", "eprop", "tbptt"), "cells": ("alif", "ctrnn", "gru", "lif", "lstm", "rate"),
                    "initializations": ("gaussian", "glorot_uniform", "he_normal", "low_rank", "orthogonal"),
                    "tasks": ("center_out_reach_hatsopoulos_2007", "context_integration_mante_2013"),
                    "optimizers": ("adam", "adamw", "rmsprop", "sgd"),
                    "regularizers": ("activity_penalty", "l2", "rate_penalty"), "measures": ("procrustes",), "formats": ("hdf5", "npy")}
        for kind, names in expected.items():
            with self.subTest(kind=kind):
                out = self.cohort("list", kind).out
                for name in names:
                    entry = re.search(rf"^{name}\n((?:    .*\n)+)", out, re.MULTILINE)
                    self.assertIsNotNone(entry, out)
                    self.assertRegex(entry.group(1), r"\b(19|20)\d\d\b", f"{name} has a reference")
        self.assertRegex(self.cohort("list", "cells").out, r"    units=\d+  integer in \[1, 100000\]")

    def test_list_options_of_a_study_file(self):
        out = self.cohort("list", "options").out
        self.assertIn("training.batch\n    trials per update\n    integer in [1, 1000000]; default 64\n", out)
        one = self.cohort("list", "options", "training.batch").out
        self.assertIn("part of the key of: every run", one)
        self.assertIn("elsewhere called: batch_size", one)
        self.assertEqual(self.cohort("list", "options", "batch").out, one)
        self.assertIn(one, self.cohort("list", "options", "--long").out)
        section = self.cohort("list", "options", "snapshots", "--markdown").out
        self.assertEqual(len(section.splitlines()), 2 + 9, section)
        job = self.cohort("list", "options", "training.bach", expect=2)
        self.assertIn("Did you mean 'training.batch'?", job.err)

    def test_architectures_are_also_called_cells(self):
        self.assertEqual(self.cohort("list", "architectures").out, self.cohort("list", "cells").out)

    def test_list_one_entry(self):
        out = self.cohort("list", "rules", "eprop").out
        self.assertTrue(out.startswith("eprop\n"), out)
        self.assertRegex(out, r"    axes: \S.*\n    cost per step: \S.*\n    cells: \S")
        self.assertIn(out, self.cohort("list", "rules", "--long").out)
        self.assertEqual(len(self.cohort("list", "tasks", "flip_flop", "--markdown").out.splitlines()), 3)

    def test_list_says_what_a_wrong_name_may_mean(self):
        for arguments, expected in ((("rules", "eprp"), ("unknown rule 'eprp'", "Did you mean 'eprop'?")),
                                    (("tasks", "flipflop"), ("unknown task 'flipflop'", "Did you mean 'flip_flop'?")),
                                    (("rulse",), ("there is no list of 'rulse'", "Did you mean 'rules'?")),
                                    (("eprop",), ("there is no list of 'eprop'",
                                                  "Did you mean 'cohort list rules eprop'?"))):
            with self.subTest(arguments=arguments):
                job = self.cohort("list", *arguments, expect=2)
                self.assertEqual(job.out, "")
                self.assertEqual(len(job.err.splitlines()), 1, job.err)
                for text in expected:
                    self.assertIn(text, job.err)

    def test_a_long_list_of_rules_tells_axes_cost_and_cells(self):
        entries = self.cohort("list", "rules", "--long").out.split("\n\n")
        self.assertGreater(len(entries), 10)
        for entry in filter(None, map(str.strip, entries)):
            for field in ("axes", "cost per step", "cells"):
                self.assertRegex(entry, rf"    {field}: \S")

    def test_compare_an_array_with_itself(self):
        out = self.cohort("compare", "recording.npy", "recording.npy").out
        self.assertEqual(out, "A: recording.npy  968 samples x 7 units\nB: recording.npy  968 samples x 7 units\n"
                              "procrustes  0  normalized 0\n")

    def test_compare_several_measures(self):
        rates = numpy.load(self.path("recording.npy"))
        numpy.save(self.path("scaled.npy"), 3 * rates + 1)
        out = self.cohort("compare", "recording.npy", "scaled.npy", "--measure", "procrustes",
                          "procrustes/distance=chordal").out
        for value in self.numbers(r"procrustes  (\S+)  normalized (\S+)\n", out):
            self.assertLess(value, 1e-6)
        self.assertIn("procrustes/distance=chordal  ", out)

    def test_compare_with_named_axes_and_every_digit(self):
        """Units x time, as tools of calcium imaging write it."""
        draw = numpy.random.default_rng(6)
        a, b = draw.standard_normal((20, 300)), draw.standard_normal((15, 300))
        numpy.save(self.path("day1.npy"), a)
        numpy.save(self.path("day2.npy"), b)
        x, y = (array.T - array.T.mean(0) for array in (a, b))
        cosine = numpy.linalg.svd(x.T @ y, compute_uv=False).sum() / numpy.linalg.norm(x) / numpy.linalg.norm(y)
        job = self.cohort("compare", "day1.npy", "day2.npy", "--axes", "units,time")
        angle, normalized = self.numbers(r"procrustes  (\S+)  normalized (\S+)\n", job.out)
        self.assertAlmostEqual(angle, numpy.arccos(cosine), places=13)
        self.assertAlmostEqual(normalized, numpy.arccos(cosine) / (numpy.pi / 2), places=13)
        self.assertRegex(job.out, r"procrustes  \d\.\d{14,16}  ")
        self.assertEqual(job.err, "")
        numpy.save(self.path("turned.npy"), b.T)
        both = self.cohort("compare", "day1.npy", "turned.npy", "--axes", "units,time", "--axes", "time,units", "--json")
        answer = json.loads(both.out)
        self.assertAlmostEqual(answer["measures"][0]["value"], angle, places=14)
        self.assertEqual(answer["b"]["axes"], ["time", "units"])
        self.assertEqual((answer["a"]["samples"], answer["a"]["units"]), (300, 20))

    def test_compare_says_how_it_read_what_nobody_named(self):
        numpy.save(self.path("tall1.npy"), numpy.random.default_rng(7).standard_normal((300, 20)))
        numpy.save(self.path("tall2.npy"), numpy.random.default_rng(8).standard_normal((300, 20)))
        job = self.cohort("compare", "tall1.npy", "tall2.npy")
        self.assertIn("A: tall1.npy  300 samples x 20 units\n", job.out)
        self.assertIn("note: tall1.npy was read as [samples 300, units 20]; say otherwise with --axes\n", job.err)

    def test_compare_a_recording_with_its_cross_condition_mean(self):
        if not RECORDING.exists():
            self.skipTest(f"{RECORDING} is absent; set COHORT_SHARED_DIR to run this test")
        rates = numpy.load(RECORDING)  # [units, time, conditions]
        mean = rates.mean(axis=2, keepdims=True).repeat(rates.shape[2], axis=2)
        numpy.save(self.path("mean.npy"), mean.transpose(2, 1, 0).reshape(-1, rates.shape[0]))  # time fastest
        out = self.cohort("compare", str(RECORDING), "mean.npy").out
        angle, normalized = self.numbers(r"procrustes  (\S+)  normalized (\S+)\n", out)
        self.assertAlmostEqual(angle, .7599982757580902, places=9)
        self.assertAlmostEqual(normalized, .4838299293128697, places=9)

    def test_help_of_every_command_has_an_example_and_its_exit_codes(self):
        listed = self.cohort("--help").out.split("Subcommands:")[1]
        commands = re.findall(r"^  ([a-z][a-z-]*) +\S", listed, re.MULTILINE)
        self.assertEqual(commands, ["run", "plan", "submit", "analyse", "merge", "repack", "status", "verify", "list", "task",
                                    "check-gradients", "compare", "effects", "fixed-points", "export", "completion"])
        for command in commands:
            with self.subTest(command=command):
                out = self.cohort(command, "--help").out
                self.assertRegex(out, rf"\nExamples?:\n  cohort {command} \S")
                codes = re.search(r"\nExit codes:\n((?:  \d+ +\S.*\n)+)", out)
                self.assertIsNotNone(codes, out)
                self.assertRegex(codes.group(1), r"^  0 .*\n  1 .*\n  2 ")

    def test_lists_for_other_programs(self):
        rules = json.loads(self.cohort("list", "rules", "--json").out)
        self.assertGreaterEqual(len(rules), 25)
        eprop = next(rule for rule in rules if rule["name"] == "eprop")
        self.assertIn("feedback", [parameter["name"] for parameter in eprop["parameters"]])
        options = json.loads(self.cohort("list", "options", "training.batch", "--json").out)
        self.assertEqual([(option["name"], option["default"]) for option in options], [("training.batch", "64")])

    def test_bash_completes_commands_and_options(self):
        self.write("completion.bash", self.cohort("completion").out)
        def completed(*words):
            script = f"source completion.bash; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _cohort; " \
                     "echo ${COMPREPLY[@]}"
            return subprocess.run(["bash", "-c", script], cwd=self.directory, capture_output=True, text=True).stdout.split()
        self.assertEqual(completed("cohort", "ver"), ["verify"])
        self.assertIn("--output", completed("cohort", "run", "--o"))
        self.assertEqual(completed("cohort", "list", "ana"), ["analyses"])

    def test_the_examples_of_help_are_right(self):
        for command in ("plan", "status", "verify", "list", "task", "check-gradients"):
            out = self.cohort(command, "--help").out
            for example in re.findall(r"^  cohort (.*)$", out.split("Example")[1], re.MULTILINE):
                with self.subTest(example=example):
                    self.cohort(*example.split())

    def test_only_run_takes_every_rank(self):
        self.assertEqual(self.cohort("list", "measures", ranks=2).out, self.cohort("list", "measures").out)

    def test_help_and_version(self):
        self.assertIn("check that every run is there and unharmed", self.cohort("--help").out)
        self.assertIn("--order", self.cohort("run", "--help").out)
        self.assertRegex(self.cohort("--version").out, r"^cohort \d+\.\d+\.\d+ \(")


if __name__ == "__main__":
    cohort_program.main()
