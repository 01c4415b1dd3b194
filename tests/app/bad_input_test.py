"""Whatever is wrong with the input: one clear line, exit code 2, and nothing lost. Alone and under mpirun."""

import hashlib
import os
import subprocess
import tempfile
import unittest

import cohort_program
from cohort_program import (RECORDING_SHAPE, ProgramTest, differences, h5py, numpy, save_recording, study, wait_until)

IS_ROOT = os.geteuid() == 0
# mpirun gives the ranks of a failed job this many seconds before it looks again; here all have ended by themselves.
os.environ["OMPI_MCA_odls_base_sigkill_timeout"] = "0"


def lines_of_the_program(err):
    """Standard error without the boxes in which mpirun tells that a program had a non-zero exit code."""
    found, inside = [], False
    for line in err.splitlines():
        if line.startswith("-----"):
            inside = not inside
        elif not inside and line:
            found.append(line)
    return found


class BadInputTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study())
        cls.cohort("run", "study.toml", "-o", "results.h5")

    def files(self):
        """Everything below the scratch directory: path -> hash of the bytes."""
        found = {}
        for folder, _, names in os.walk(self.directory):
            found[folder] = None
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
        return found

    def assert_refused(self, arguments, *texts, ranks=(1, 2)):
        """`texts` must all be in the one line."""
        before = self.files()
        for n in ranks:
            with self.subTest(cohort=" ".join(arguments), ranks=n):
                job = self.cohort(*arguments, ranks=n, expect=2)
                lines = job.err.splitlines() if n == 1 else lines_of_the_program(job.err)
                self.assertEqual(len(lines), 1, job.err)
                self.assertTrue(lines[0].startswith("cohort: "), lines[0])
                for text in texts:
                    self.assertIn(text, lines[0])
                self.assertEqual(self.files(), before)
        print(f"\n    {lines[0]}", end=" ", flush=True)

    def assert_study_refused(self, old, new, *texts):
        """The study with one piece of text replaced; texts[0] is the place of the mistake, line:column."""
        original = study()
        self.assertEqual(original.count(old), 1, old)
        self.write("bad.toml", original.replace(old, new))
        self.assert_refused(("run", "bad.toml", "-o", "new.h5"), "bad.toml:" + texts[0] + ": ", *texts[1:])

    # Study files

    def test_typo_in_a_rule(self):
        self.assert_study_refused('"eprop"', '"eprpo"', "9:27", "unknown rule 'eprpo'", "known: eprop, ",
                                  "Did you mean 'eprop'?")

    def test_typo_in_a_parameter(self):
        self.assert_study_refused("ctrnn/units=20", "ctrnn/unitz=20", "10:37", "unknown parameter 'unitz' of ctrnn",
                                  "Did you mean 'units'?")

    def test_typo_in_a_key(self):
        self.assert_study_refused("updates   = 150", "updatse   = 150", "16:1", "unknown key 'updatse' in [training]",
                                  "Did you mean 'updates'?")

    def test_typo_in_a_section(self):
        self.assert_study_refused("[training]", "[trainign]", "14:2", "unknown key 'trainign'",
                                  "Did you mean 'training'?")

    def test_negative_number_of_units(self):
        self.assert_study_refused("units=20", "units=-20", "10:37", "units=-20 is not possible for ctrnn",
                                  "an integer in [1, 100000] is needed")

    def test_negative_number_of_updates(self):
        self.assert_study_refused("updates   = 150", "updates   = -150", "16:13",
                                  "[training] updates = -150 is not possible", "an integer of at least 1 is needed")

    def test_text_instead_of_a_number(self):
        self.assert_study_refused("updates   = 150", 'updates   = "many"', "16:13", "updates = 'many' is not possible",
                                  "an integer of at least 1 is needed")

    def test_the_same_variant_in_two_spellings(self):
        self.assert_study_refused("gaussian/gain=1.5", "gaussian/gain=0.80", "11:40",
                                  "'gaussian/gain=0.80' stands twice", "'gaussian/gain=0.8' means the same", "Remove one.")

    def test_broken_toml(self):
        self.assert_study_refused('["procrustes"]', '["procrustes"', "25:1")

    def test_missing_study(self):
        self.assert_refused(("run", "missing.toml"), "missing.toml: cannot be read (No such file or directory)")

    def test_empty_study(self):
        self.write("empty.toml", "")
        self.assert_refused(("run", "empty.toml"), "empty.toml: the study has no [study]", "Begin with [study]")

    def test_directory_as_study(self):
        self.assert_refused(("plan", "."), "is a directory (a study file is needed)")

    # Results files

    def test_truncated_results(self):
        with open(self.path("results.h5"), "rb") as whole, open(self.path("truncated.h5"), "wb") as cut:
            cut.write(whole.read()[:-1000])
        for command in (("run", "study.toml", "-o"), ("status",), ("verify",)):
            self.assert_refused((*command, "truncated.h5"), "truncated.h5: damaged", "truncated file", "Restore it")

    def test_text_file_as_results(self):
        self.write("text.h5", "my notes\n")
        for command in (("run", "study.toml", "-o"), ("status",), ("verify",)):
            self.assert_refused((*command, "text.h5"), "text.h5: not an HDF5 file", "it was left as it is",
                                "Choose another name")

    def test_hdf5_file_of_another_program_as_results(self):
        with h5py.File(self.path("foreign.h5"), "w") as file:
            file["spikes"] = numpy.arange(10)
        for command in (("run", "study.toml", "-o"), ("status",)):
            self.assert_refused((*command, "foreign.h5"), "foreign.h5: an HDF5 file, but no results file of Cohort",
                                "Choose another name")

    def test_results_of_another_study(self):
        self.write("other.toml", study(study_seed=2))
        self.assert_refused(("run", "other.toml", "-o", "results.h5"), "other.toml:3:8: ",
                            "results.h5 holds the results of another study", "[study] seed: 1 -> 2",
                            "choose another name")

    def test_missing_results(self):
        for command in ("status", "verify"):
            self.assert_refused((command, "missing.h5"), "missing.h5: there is no such file")

    def test_results_in_a_missing_folder(self):
        self.assert_refused(("run", "study.toml", "-o", "missing/results.h5"), "missing/results.h5",
                            "No such file or directory", "Choose a folder")

    def test_read_only_folder(self):
        os.makedirs(self.path("protected"), exist_ok=True)
        if IS_ROOT:
            self.mount("protected", "ro,size=1m")
        else:
            os.chmod(self.path("protected"), 0o555)
        self.assert_refused(("run", "study.toml", "-o", "protected/results.h5"), "protected/results.h5", "cannot be created",
                            "Read-only file system" if IS_ROOT else "Permission denied", "Choose a folder")

    def test_full_disk(self):
        os.makedirs(self.path("small_disk"), exist_ok=True)
        self.mount("small_disk", "size=1m")
        self.assert_refused(("run", "study.toml", "-o", "small_disk/results.h5"), "small_disk/results.h5: disk full",
                            "the results need", "the disk has 1.0 MB left")

    def test_full_disk_when_a_study_grows(self):
        os.makedirs(self.path("small_disk"), exist_ok=True)
        size = os.path.getsize(self.path("results.h5"))
        self.mount("small_disk", f"size={int(1.5 * size)}")
        with open(self.path("results.h5"), "rb") as source, open(self.path("small_disk/results.h5"), "wb") as copy:
            copy.write(source.read())
        self.write("larger.toml", study(seeds=3))
        before = self.files()
        job = self.cohort("run", "larger.toml", "-o", "small_disk/results.h5", expect=2)
        self.assertIn("cohort: small_disk/results.h5: disk full (the results need", job.err)
        self.assertEqual(self.files(), before)

    def mount(self, name, options):
        """A file system of its own, which only root can make."""
        if not IS_ROOT:
            self.skipTest("only root can mount a small disk")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", self.path(name)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small disk: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", self.path(name)], check=True)

    # Two jobs

    def test_two_jobs_on_one_file(self):
        self.write("long.toml", study(updates=600, starts=64))
        first = self.start("run", "long.toml", "-o", "shared.h5", ranks=2)
        wait_until(lambda: self.n_finished("shared.h5") >= 1, first)
        for ranks in (1, 2):
            second = self.cohort("run", "long.toml", "-o", "shared.h5", ranks=ranks, expect=2)
            self.assertTrue(first.is_running())
            lines = lines_of_the_program(second.err)
            self.assertEqual(len(lines), 1, second.err)
            self.assertRegex(lines[0], r"^cohort: shared\.h5\.lease: another job is writing these results \(.* on host .*, "
                                       r"process \d+, last sign of life \d+ s ago\)\. Wait for it, or stop it and delete "
                                       r"shared\.h5\.lease\.$")
        print(f"\n    {lines[0]}", end=" ", flush=True)
        self.assertEqual(first.wait(), 0, first.err)
        self.cohort("run", "long.toml", "-o", "alone.h5")
        self.assertEqual(differences(self.path("shared.h5"), self.path("alone.h5")), [])

    def test_one_file_under_other_names_and_in_other_hands(self):
        """Symbolic and hard links lead to the same file; a notebook may read it during the job, but not write."""
        self.write("long.toml", study(updates=600, starts=64))
        first = self.start("run", "long.toml", "-o", "named.h5", ranks=2)
        wait_until(lambda: self.n_finished("named.h5") >= 1, first)
        os.symlink("named.h5", self.path("soft.h5"))
        os.link(self.path("named.h5"), self.path("hard.h5"))
        for name, why in (("soft.h5", "another job is writing these results"), ("hard.h5", "is in use under another name")):
            second = self.cohort("run", "long.toml", "-o", name, expect=2)
            self.assertIn(why, second.err)
            self.assertEqual(len(lines_of_the_program(second.err)), 1, second.err)
        os.remove(self.path("hard.h5"))
        with self.assertRaises(OSError):
            h5py.File(self.path("named.h5"), "a")
        with h5py.File(self.path("named.h5"), "r") as file:
            self.assertEqual(file.attrs["title"], "small")
        self.assertTrue(first.is_running())
        self.assertIn("a job works on it", self.cohort("status", "soft.h5").out)
        first.kill()
        self.assertRegex(self.cohort("status", "named.h5").out, r"no job works on it: process .* \(its process is gone\)")
        with self.open_for_writing("named.h5"):
            refused = self.cohort("run", "long.toml", "-o", "named.h5", expect=2)
            self.assertIn("another program has it open for writing", refused.err)
        self.cohort("run", "long.toml", "-o", "soft.h5", ranks=2)
        self.assertTrue(os.path.islink(self.path("soft.h5")))
        self.cohort("verify", "named.h5")

    def test_a_job_that_loses_its_lease_stops_all_its_ranks(self):
        # Long enough for any machine: the lease is looked at every 10 s.
        self.write("longer.toml", study(updates=4000, units=(12,), seeds=100))
        job = self.start("run", "longer.toml", "-o", "robbed.h5", ranks=2)
        wait_until(lambda: self.n_finished("robbed.h5") >= 1, job)
        os.remove(self.path("robbed.h5.lease"))
        self.assertEqual(job.wait(timeout=60), 2)
        self.assertEqual(len([line for line in job.err.splitlines() if line.startswith("cohort: ")]), 1, job.err)
        self.assertIn("robbed.h5.lease: has been deleted (while its job was working). Run again to go on.", job.err)
        self.assertLess(self.n_finished("robbed.h5"), 400)
        self.cohort("verify", "robbed.h5", expect=3)

    # Recordings

    def assert_recording_refused(self, name, *texts):
        self.write("bad.toml", study(recording=name))
        self.assert_refused(("run", "bad.toml", "-o", "new.h5"), name, *texts)

    def save(self, name, array):
        numpy.save(self.path(name), array)
        return name

    def test_missing_recording(self):
        self.assert_recording_refused("missing.npy", "cannot be opened (No such file or directory)")

    def test_recording_that_is_no_npy_file(self):
        self.write("table.npy", "1,2,3\n")
        self.assert_recording_refused("table.npy", "not a .npy file", "Write it with numpy.save(path, array).")

    def test_directory_as_recording(self):
        os.makedirs(self.path("folder.npy"), exist_ok=True)
        self.assert_recording_refused("folder.npy", "is a directory (a .npy file is needed)")

    def test_truncated_recording(self):
        with open(self.path("recording.npy"), "rb") as whole, open(self.path("cut.npy"), "wb") as cut:
            cut.write(whole.read()[:5000])
        self.assert_recording_refused("cut.npy", "damaged .npy file", "truncated")

    @unittest.skipIf(IS_ROOT, "root may read everything")
    def test_recording_without_permission(self):
        save_recording(self.path("secret.npy"))
        os.chmod(self.path("secret.npy"), 0)
        self.addCleanup(os.remove, self.path("secret.npy"))
        self.write("bad.toml", study(recording="secret.npy"))
        self.cohort("run", "bad.toml", "-o", "new.h5", expect=2)

    def test_recording_with_other_samples(self):
        self.save("short.npy", numpy.random.rand(967, 5))
        self.assert_recording_refused("short.npy", "bad.toml:25:", "does not fit the task", "it has 967 samples",
                                      "968 samples = 8 conditions x 121 times", "Give an array [units, 121, 8]")

    def test_recording_with_its_axes_swapped(self):
        self.save("swapped.npy", numpy.random.rand(*RECORDING_SHAPE).swapaxes(1, 2))
        self.assert_recording_refused("swapped.npy", "bad.toml:25:", "does not fit the task",
                                      "968 samples = 121 conditions x 8 times", "Give an array [units, 121, 8]")

    def test_recording_of_five_dimensions(self):
        self.save("many.npy", numpy.random.rand(2, 1, *RECORDING_SHAPE))
        self.assert_recording_refused("many.npy", "bad.toml:25:", "it has 5 dimensions",
                                      "Give [units, time, conditions], [units, time, conditions, trials] or "
                                      "[samples, units].")

    def test_recording_with_trials_in_the_wrong_place(self):
        self.save("trials.npy", numpy.random.rand(2, *RECORDING_SHAPE))
        self.assert_recording_refused("trials.npy", "bad.toml:25:", "847 samples = 121 conditions x 7 times",
                                      "As [trials 2, units 7, time 121, conditions 8] it would fit (or with units and "
                                      "trials exchanged)", 'axes = ["trials", "units", "time", "conditions"]')

    def labelled(self, name, labels):
        with h5py.File(self.path(name), "w") as file:
            file["activity"] = numpy.random.default_rng(1).random(RECORDING_SHAPE)
            file["conditions"] = labels
        return name

    def test_recording_of_other_conditions(self):
        name = self.labelled("others.h5", [f"reach={45 * reach}" for reach in range(8)])
        self.assert_recording_refused(name, "bad.toml:25:", "others.h5 has other conditions (it names 8 conditions "
                                      "(reach=0, reach=45, reach=90, reach=135, ...), but 8 conditions (reach=0deg,")

    def test_recording_whose_conditions_have_another_order(self):
        labels = [f"reach={45 * reach}deg" for reach in range(8)]
        self.write("labels.toml", study(recording=self.labelled("right.h5", labels)))
        self.assertNotIn("another order", self.cohort("plan", "labels.toml").out)
        self.write("labels.toml", study(updates=2, starts=2, recording=self.labelled("turned.h5", labels[::-1])))
        warning = "turned.h5 has its conditions in another order (8 conditions (reach=315deg, reach=270deg, "
        self.assertIn(warning, self.cohort("plan", "labels.toml").out)
        self.cohort("run", "labels.toml", "-o", "labels.h5")
        with h5py.File(self.path("turned.h5")) as file:
            activity = file["activity"][()][:, :, ::-1]
        stored = self.read("labels.h5", "/recordings/turned.h5")
        numpy.testing.assert_array_equal(stored, activity.transpose(2, 1, 0).reshape(968, -1))
        self.assertEqual(self.read("labels.h5", "/recordings/turned.h5_condition")[::121].tolist(),
                         [label.encode() for label in labels])
        job = self.cohort("compare", "right.h5", "turned.h5")
        self.assertIn("another order", job.err)

    def test_recording_with_nan(self):
        array = numpy.random.rand(*RECORDING_SHAPE)
        array[0, 3, 2] = numpy.nan
        self.save("gaps.npy", array)
        self.assert_recording_refused("gaps.npy", "bad.toml:25:", "it holds NaN", "Remove or fill the missing samples")

    def test_recording_whose_axes_could_be_others(self):
        self.save("square.npy", numpy.random.rand(968, 968))
        self.assert_recording_refused("square.npy", "bad.toml:25:", "can be read in 2 ways",
                                      "[samples 968, units 968] and [units 968, samples 968] both fit", "axes = [")
        self.save("turned.npy", numpy.random.rand(*RECORDING_SHAPE).T)
        self.assert_recording_refused("turned.npy", "bad.toml:25:", "does not fit the task",
                                      "As [conditions 8, time 121, units 7] it would fit",
                                      'axes = ["conditions", "time", "units"]')

    def test_matrix_of_distances_as_recording(self):
        points = numpy.random.rand(968, 3)
        self.save("rdm.npy", numpy.linalg.norm(points[:, None] - points, axis=2))
        self.assert_recording_refused("rdm.npy", "bad.toml:25:", "holds no activity", "distances or correlations")

    def test_recording_that_does_not_vary(self):
        for name, array in (("zero.npy", numpy.zeros(RECORDING_SHAPE)),
                            ("offset.npy", 1e13 + numpy.random.rand(*RECORDING_SHAPE))):
            self.save(name, array)
            self.assert_recording_refused(name, "bad.toml:25:", "every unit is constant over all samples")

    def test_recording_of_python_objects(self):
        numpy.save(self.path("pickled.npy"), {"rates": numpy.zeros(3)}, allow_pickle=True)
        self.assert_recording_refused("pickled.npy", "Python objects", "numpy.save(path, numpy.asarray(rates")

    def test_recording_through_a_pipe(self):
        with tempfile.TemporaryDirectory() as elsewhere:  # whoever opened it would wait
            os.mkfifo(os.path.join(elsewhere, "pipe.npy"))
            self.assert_recording_refused(os.path.join(elsewhere, "pipe.npy"), "is a pipe (a file is needed")

    def test_recording_of_a_shape_that_nobody_filled(self):
        with h5py.File(self.path("huge.h5"), "w") as file:
            file.create_dataset("activity", shape=(1 << 40, 121, 8), chunks=(8, 121, 8), dtype="f8")
        self.assert_recording_refused("huge.h5", "is too large", "1099511627776, 121, 8")

    def test_compare_units_by_time_is_not_guessed(self):
        self.save("day1.npy", numpy.random.rand(20, 300))
        self.save("day2.npy", numpy.random.rand(20, 300))
        self.assert_refused(("compare", "day1.npy", "day2.npy"), "can be read in two ways", "--axes units,time")
        self.save("day3.npy", numpy.random.rand(25, 300))
        self.assert_refused(("compare", "day1.npy", "day3.npy"), "can be read in two ways", "--axes units,time")
        self.assert_refused(("compare", "day1.npy", "day3.npy", "--axes", "units,tmie"), "unknown axis 'tmie'")
        self.assert_refused(("compare", "day1.npy", "day3.npy", "--axes", "units,time,conditions"), "fits neither file")

    def test_compare_arrays_of_different_samples(self):
        self.save("short.npy", numpy.random.rand(967, 5))
        self.assert_refused(("compare", "recording.npy", "short.npy"), "968 and 967 samples cannot be compared",
                            "Use the same conditions and times for both.")

    def test_compare_with_an_unknown_measure(self):
        self.assert_refused(("compare", "recording.npy", "recording.npy", "--measure", "procrustse"),
                            "unknown measure 'procrustse'", "Did you mean 'procrustes'?")

    # Command line

    def test_unknown_list(self):
        self.assert_refused(("list", "ruels"), "there is no list of 'ruels'", "known: ", "Did you mean 'rules'?")

    def test_unknown_command(self):
        self.assert_refused(("rnu", "study.toml"), "unknown command 'rnu'", "known: run, plan", "Did you mean 'run'?")

    def test_no_command(self):
        self.assert_refused((), "a command is needed", "known: run, plan", "cohort --help")

    def test_unknown_option(self):
        self.assert_refused(("run", "study.toml", "--ordre", "listed"), "run has no option --ordre",
                            "Did you mean '--order'?")

    def test_unknown_value_of_an_option(self):
        self.assert_refused(("run", "study.toml", "--order", "best"), "best not in {longest,listed,reversed}",
                            "cohort run --help")


if __name__ == "__main__":
    cohort_program.main()
