"""`cohort task`: every task shows its trials as a summary, a picture, a page and arrays."""

import os
import re
import struct
import xml.etree.ElementTree

import cohort_program
from cohort_program import ProgramTest, numpy

NEED_FILES = {"episodes", "from_file", "images", "reach_emg_sussillo_2015", "sequential_mnist"}  # of the user's
WITHOUT_CHANCE = {"context_integration_mante_2013", "delayed_nonmatch_to_sample_miconi_2017", "pattern_generation", "patterns",
                  "periodic_target_sussillo_2009", "sine_generation_murray_2019"}  # the same trials for every seed
N_TRIALS = 3


class TaskTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        listed = re.findall(r"^(\S+)$", cls.cohort("list", "tasks").out, re.MULTILINE)
        cls.tasks = [name for name in listed if name not in NEED_FILES]

    def for_each_task(self, check):
        self.assertGreater(len(self.tasks), 20)
        for name in self.tasks:
            with self.subTest(task=name):
                check(name)

    def bytes_of(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def facts(self, name, *options):
        """The summary: name -> value of its facts, and the rows of its table of trials."""
        title, facts, trials = re.fullmatch(r"(.*?)\n(.*)\n\n(.*)\n", self.cohort("task", name, *options).out,
                                            re.DOTALL).groups()
        self.assertEqual(title, name)
        rows = [line.split(None, 2) for line in trials.splitlines()]
        self.assertEqual(rows[0], ["trial", "counted", "steps  condition"])
        facts = (re.fullmatch(r"  (.{13}) (.*)", line).groups() for line in facts.splitlines())
        return {fact.strip(): value for fact, value in facts}, rows[1:]

    def arrays(self, name, folder, *options):
        self.cohort("task", name, "--npy", folder, *options)
        names = {file for file in os.listdir(self.path(folder))}
        answers = names & {"targets.npy", "classes.npy"}
        self.assertEqual(len(answers), 1)
        self.assertEqual(names - answers, {"inputs.npy", "mask.npy", "conditions.npy", "condition_names.txt", "input_names.txt",
                                           "output_names.txt"})
        return {file[:-4]: numpy.load(self.path(f"{folder}/{file}")) for file in names if file.endswith(".npy")}

    def assert_same_arrays(self, one, other):
        self.assertEqual(one.keys(), other.keys())
        for name in one:
            self.assertEqual(one[name].tobytes(), other[name].tobytes(), name)

    # What it shows of every task

    def test_summary(self):
        def check(name):
            facts, trials = self.facts(name)
            self.assertEqual(list(facts), ["what", "reference", "inputs", "outputs", "steps", "loss", "right is",
                                           "conditions", "evaluation", "sample steps", "contexts"])
            self.assertRegex(facts["steps"], r"^\d+ of [\d.]+ ms; of an evaluation trial \d+$")
            n_steps = int(facts["steps"].split()[0])
            self.assertEqual([row[0] for row in trials], ["0", "1", "2", "3"])
            for _, counted, condition in trials:
                self.assertTrue(0 < int(counted) <= n_steps)
                self.assertTrue(condition)

        self.for_each_task(check)

    def test_png(self):
        def check(name):
            self.cohort("task", name, "--png", "trials.png")
            picture = self.bytes_of("trials.png")
            self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
            width, height = struct.unpack(">II", picture[16:24])
            self.assertEqual(width, 1800)
            self.assertTrue(600 < height < 3600, height)
            self.assertTrue(20_000 < len(picture) < 2_000_000, len(picture))
            self.assertEqual(picture[-8:-4], b"IEND")

        self.for_each_task(check)

    def test_html(self):
        def check(name):
            self.cohort("task", name, "--html", "trials.html")
            page = self.bytes_of("trials.html").decode()
            self.assertEqual(page.count("<svg"), 1)
            self.assertIn(f"<h1>{name}</h1>", page)
            picture = xml.etree.ElementTree.fromstring(page[page.index("<svg"):page.index("</svg>") + len("</svg>")])
            self.assertEqual(picture.attrib["width"], "900px")
            self.assertNotIn("<?xml", page)
            self.assertEqual(re.findall(r'(?:href|src)="(?!#|data:)[^"]*', page), [], "it needs no other file")
            for trial in range(4):
                self.assertIn(f"<tr><td>{trial}</td><td>", page)

        self.for_each_task(check)

    def test_arrays(self):
        def check(name):
            facts, rows = self.facts(name, "--trials", str(N_TRIALS))
            n_inputs, n_outputs, n_steps = (int(facts[key].split()[0]) for key in ("inputs", "outputs", "steps"))
            has_classes = facts["loss"] == "cross-entropy"
            arrays = self.arrays(name, "arrays_" + name, "--trials", str(N_TRIALS))
            per_step, per_output = (N_TRIALS, n_steps), (N_TRIALS, n_steps, n_outputs)
            self.assertEqual(arrays["inputs"].shape, (N_TRIALS, n_steps, n_inputs))
            self.assertEqual(arrays["mask"].shape, per_step if has_classes else per_output)
            if has_classes:
                self.assertEqual(arrays["classes"].shape, per_step)
                self.assertEqual(arrays["classes"].dtype, numpy.int64)
                self.assertTrue(((arrays["classes"] >= 0) & (arrays["classes"] < n_outputs)).all())
            else:
                self.assertEqual(arrays["targets"].shape, per_output)
            self.assertEqual(arrays["conditions"].dtype, numpy.int64)
            with open(self.path(f"arrays_{name}/condition_names.txt")) as file:
                conditions = file.read().splitlines()
            self.assertEqual([conditions[number] for number in arrays["conditions"]], [row[2] for row in rows])
            counted = (arrays["mask"].reshape(N_TRIALS, n_steps, -1) > 0).any(axis=2).sum(axis=1)
            self.assertEqual(counted.tolist(), [int(row[1]) for row in rows])

        self.for_each_task(check)

    def test_a_seed_gives_the_same_trials_and_another_seed_others(self):
        def check(name):
            few = ("--trials", "6")
            one = self.arrays(name, "one_" + name, *few)
            self.assert_same_arrays(one, self.arrays(name, "again_" + name, *few, "--seed", "0"))
            other = self.arrays(name, "other_" + name, *few, "--seed", "1")
            is_same = all(one[key].tobytes() == other[key].tobytes() for key in one)
            self.assertEqual(is_same, name in WITHOUT_CHANCE)

        self.for_each_task(check)

    # Details

    def test_the_first_trials_do_not_depend_on_how_many_there_are(self):
        few, many = (self.arrays("flip_flop", f"first_{n}", "--trials", str(n)) for n in (2, 5))
        self.assert_same_arrays(few, {key: values[:2] for key, values in many.items()})

    def test_parameters_change_the_trials(self):
        arrays = self.arrays("flip_flop/bits=5,steps=40", "five_bits")
        self.assertEqual(arrays["inputs"].shape, (4, 40, 5))

    def test_arrays_can_be_studied_from_their_files(self):
        written = self.arrays("perceptual_decision", "written", "--trials", "40")
        again = self.arrays("from_file/path=written,dt=100", "again", "--trials", "20")
        for own in again["inputs"]:
            self.assertTrue(any((own == trial).all() for trial in written["inputs"]))

    def test_pictures_of_another_seed_differ(self):
        for option in ("--png", "--html"):
            self.cohort("task", "flip_flop", option, "a")
            self.cohort("task", "flip_flop", option, "b")
            self.cohort("task", "flip_flop", option, "c", "--seed", "1")
            self.assertEqual(self.bytes_of("a"), self.bytes_of("b"))
            self.assertNotEqual(self.bytes_of("a"), self.bytes_of("c"))

    def test_several_outputs_at_once(self):
        job = self.cohort("task", "copy", "--png", "copy.png", "--html", "copy.html", "--npy", "copy")
        self.assertEqual(job.out, "")
        self.assertTrue(all(os.path.exists(self.path(name)) for name in ("copy.png", "copy.html", "copy/inputs.npy")))

    def test_answers_once_under_mpirun(self):
        self.assertEqual(self.cohort("task", "copy", ranks=2).out.count("copy 10 symbols"), 1)

    # Bad input

    def assert_refused(self, *arguments, text):
        before = sorted(os.listdir(self.directory))
        with self.subTest(cohort=" ".join(arguments)):
            job = self.cohort("task", *arguments, expect=2)
            self.assertEqual(len(job.err.splitlines()), 1, job.err)
            self.assertTrue(job.err.startswith("cohort: "), job.err)
            self.assertIn(text, job.err)
            self.assertEqual(job.out, "")
            self.assertEqual(sorted(os.listdir(self.directory)), before)

    def test_bad_input(self):
        self.assert_refused("flipflop", text="Did you mean 'flip_flop'?")
        self.assert_refused("flip_flop/bitz=3", text="Did you mean 'bits'?")
        self.assert_refused("flip_flop/bits=none", text="bits")
        self.assert_refused("from_file", text="from_file has no trials")
        self.assert_refused("copy", "--trials", "0", text="--trials")
        self.assert_refused("copy", "--trials", "-1", text="--trials")
        self.assert_refused("copy", "--trials", "four", text="--trials")
        self.assert_refused("copy", "--seed", "-1", text="--seed")
        self.assert_refused("copy", "--trials", "33", "--png", "a.png", text="33 trials do not fit into a picture")
        self.assert_refused("store_recall", "--trials", "1000000", text="1000000 trials are too many")
        for option in ("--png", "--html", "--npy"):
            self.assert_refused("copy", option, "nowhere/a", text="nowhere/a")
            self.assert_refused("copy", option, "nowhere/a", text="No such file or directory")
        self.assert_refused("copy", "--pgn", "a.png", text="Did you mean '--png'?")

    def test_a_file_in_the_way_of_a_folder(self):
        self.write("file", "text")
        self.assert_refused("copy", "--npy", "file", text="file: is no folder")


if __name__ == "__main__":
    cohort_program.main()
