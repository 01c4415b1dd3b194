"""An error that one rank meets alone ends the whole job at once; one that all ranks know is told once."""

import subprocess
import sys
import time
import unittest

LAUNCH = []  # mpirun and its options, then the program


def launch(kind):
    start = time.monotonic()
    job = subprocess.run([*LAUNCH, kind], capture_output=True, text=True, timeout=60)
    return job.returncode, [line for line in job.stderr.splitlines() if line.startswith("cohort:")], time.monotonic() - start


class LoneErrorTest(unittest.TestCase):

    def test_a_lone_error_ends_all_ranks_at_once(self):
        code, lines, seconds = launch("internal")
        self.assertEqual((code, lines), (1, ["cohort: rank 2: a bug"]))
        self.assertLess(seconds, 5)

    def test_a_lone_error_of_the_user_keeps_its_exit_code(self):
        code, lines, seconds = launch("user")
        self.assertEqual((code, lines), (2, ["cohort: rank 2: disk full"]))
        self.assertLess(seconds, 5)

    def test_an_agreed_error_is_told_once(self):
        code, lines, _ = launch("agreed")
        self.assertEqual((code, lines), (1, ["cohort: a bug"]))


if __name__ == "__main__":
    LAUNCH = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
