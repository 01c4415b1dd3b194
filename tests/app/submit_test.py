"""What `cohort submit` asks of SLURM. A script stands for sbatch; tests/slurm has the real one."""

import os
import re
import subprocess

import cohort_program
from cohort_program import ProgramTest, save_recording, study

SBATCH = """#!/bin/sh
[ "$1" = --parsable ] || exit 1
grep -q 'partition=full' "$2" && { echo "no such partition" >&2; exit 1; }
cp "$2" submitted.txt
echo 4711
"""


class SubmitTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.mkdir(cls.path("bin"))
        for name, text in (("sbatch", SBATCH), ("sinfo", "#!/bin/sh\necho 24\n")):
            cls.write(f"bin/{name}", text)
            os.chmod(cls.path(f"bin/{name}"), 0o755)
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study(updates=40, starts=4))
        cls.write("site.sh", "##SBATCH --account=nobody\n#SBATCH --partition=cpu\nmax_restarts=7\n")

    def submit(self, *arguments, expect=0, path="bin"):
        environment = dict(os.environ, PATH=self.path(path) + ":" + os.environ["PATH"])
        done = subprocess.run([cohort_program.COHORT, "submit", "study.toml", *arguments], cwd=self.directory,
                              env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def test_a_dry_run_shows_the_batch_file_and_leaves_nothing(self):
        before = sorted(os.listdir(self.directory))
        out = self.submit("-o", "it's 1.h5".replace("'", ""), "--nodes", "2", "--site", "site.sh", "--dry-run").stdout
        self.assertIn("small: 16 runs, 16 to train into its 1.h5\n", out)
        self.assertIn("2 nodes with 24 ranks each: about ", out)
        self.assertIn("48 ranks are more than the 16 runs to train: in training 32 of them will be idle\n", out)
        for line in ("#SBATCH --job-name=small", "#SBATCH --nodes=2", "#SBATCH --ntasks-per-node=24", "#SBATCH --requeue",
                     "#SBATCH --partition=cpu", "#SBATCH --open-mode=append", "#SBATCH --signal=B:USR1@120",
                     f"study='{self.path('study.toml')}'", f"results='{self.path('its 1.h5')}'",
                     f"site='{self.path('site.sh')}'", 'options=("$@")'):
            self.assertIn("\n" + line + "\n", out)
        self.assertNotIn("\n#SBATCH --account", out)
        self.assertRegex(out, r"\n#SBATCH --time=0:1[5-9]:00\n")
        megabytes = int(re.search(r"\n#SBATCH --mem-per-cpu=(\d+)M\n", out).group(1))
        self.assertTrue(200 <= megabytes <= 2000, megabytes)
        self.assertIn("nothing was written or submitted", out)
        self.assertEqual(sorted(os.listdir(self.directory)), before)

    def test_the_file_that_was_shown_is_submitted(self):
        out = self.submit("-o", "results.h5", "--ranks-per-node", "2", "--time", "1:30").stdout
        self.assertIn("submitted: job 4711;", out)
        self.assertIn('\noptions=("$@")\n', out)
        with open(self.path("results.h5.sbatch")) as file:
            text = file.read()
        with open(self.path("submitted.txt")) as file:
            self.assertEqual(file.read(), text)
        self.assertIn(text, out)
        self.assertIn("#SBATCH --time=1:30\n", text)
        self.assertEqual(subprocess.run(["bash", "-n", self.path("results.h5.sbatch")]).returncode, 0)
        program = re.search(r"^program='(.*)'$", text, re.MULTILINE).group(1)
        self.assertTrue(os.path.samefile(program, cohort_program.COHORT))

    def test_options_of_the_run_are_handed_on(self):
        out = self.submit("-o", "results.h5", "--dry-run", "--", "--run-deadline", "6:00:00", "--only", "rule=*").stdout
        self.assertIn("\noptions=('--run-deadline' '6:00:00' '--only' 'rule=*' \"$@\")\n", out)

    def test_what_is_wrong_is_one_line(self):
        self.write("full.sh", "#SBATCH --partition=full\n")
        self.assertIn("sbatch did not take the job", self.submit("--site", "full.sh", expect=2).stderr)
        for arguments, message in ((["--site", "none.sh"], "none.sh: cannot be read"), (["--time", "soon"], "'soon' is no time"),
                                   (["--time", "0:30"], "less than a minute"), (["--nodes", "0"], "--nodes")):
            with self.subTest(arguments=arguments):
                error = self.submit(*arguments, expect=2).stderr
                self.assertIn(message, error)
                self.assertEqual(error.count("\n"), 1, error)


if __name__ == "__main__":
    cohort_program.main()
