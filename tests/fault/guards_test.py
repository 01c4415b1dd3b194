"""What a job refuses, or warns of, before it begins.

    guards_test.py COHORT MPIEXEC EVERYTHING          EVERYTHING: a program that needs all instructions that there are"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "app"))
import cohort_program
from cohort_program import ProgramTest

EVERYTHING = sys.argv.pop(3)
STUDY = """[study]
name = "guarded"
[task]
name = "flip_flop"
[factors]
rule           = "bptt"
architecture   = "ctrnn/units={units}"
initialization = "gaussian"
seed           = 2
[training]
updates = 2
batch   = 2
"""


class GuardsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("study.toml", STUDY.format(units=4))

    def test_processes_that_another_mpi_started_are_no_jobs_of_their_own(self):
        for variables, said in (({"PMI_SIZE": "4", "PMI_RANK": "2"}, "started 4 processes, but MPI sees one"),
                                ({"MV2_COMM_WORLD_SIZE": "8"}, "mpirun of MVAPICH started 8 processes"),
                                ({"SLURM_NTASKS": "6", "SLURM_STEP_ID": "0"}, "SLURM gave this step 6 tasks"),
                                ({"SLURM_NTASKS": "6", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "3"},
                                 "SLURM gave this step 3 tasks")):
            for command in (("run", "study.toml", "-o", "single.h5"), ("analyse", "single.h5")):
                with self.subTest(variables=variables, command=command):
                    job = self.cohort(*command, environment=variables, expect=2)
                    self.assertIn(said, job.err)
                    self.assertIn("would be a job of its own", job.err)
        self.assertFalse(os.path.exists(self.path("single.h5")))

    def test_one_task_of_a_step_of_one_is_a_job(self):
        self.cohort("run", "study.toml", "-o", "step.h5",
                    environment={"SLURM_NTASKS": "6", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "1"})
        self.cohort("run", "study.toml", "-o", "alone.h5", launch=("--oversubscribe",),
                    environment={"SLURM_NTASKS": "6", "SLURM_STEP_ID": "0"})

    def test_a_processor_that_lacks_instructions_is_asked_before_anything_runs(self):
        done = subprocess.run([EVERYTHING], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"^cohort: this processor lacks instructions for which the program was compiled "
                                      r"\(\w[\w., ]*\) Build it for the oldest node of the job: .*\n$")

    def test_processors_of_two_kinds_are_named(self):
        """Another kind is imitated: what the C library may use of the processor decides which of its functions run."""
        other = "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2"
        command = ("run", "study.toml", "-o", "kinds.h5")
        job = self.cohort(*command, launch=("--oversubscribe", "-n", "1", "env", other, cohort_program.COHORT, *command, ":"))
        self.assertRegex(job.err, r"ranks run on .* with glibc\.cpu\.hwcaps=-AVX2 \(rank 0\), .* \(rank 1\): results may differ")
        self.assertIn("(rank 0), ", self.read("kinds.h5", "/segments/cpu")[0].decode())
        again = self.cohort(*command)
        self.assertIn("the one before it ran on", again.err)
        self.assertEqual(self.cohort(*command).err.count("results may differ"), 0)

    def limited_group(self, n_bytes):
        """A control group of its own with so much memory; skipped where none can be made."""
        with open("/proc/self/cgroup") as file:
            lines = file.read().splitlines()
        old = [line.split(":memory:")[1] for line in lines if ":memory:" in line]
        own = old[0] if old else next(line[3:] for line in lines if line.startswith("0::"))
        parent = ("/sys/fs/cgroup/memory" if old else "/sys/fs/cgroup") + own
        group = os.path.join(parent, f"cohort_test_{os.getpid()}")
        try:
            os.mkdir(group)
            self.addCleanup(os.rmdir, group)
            with open(os.path.join(group, "memory.limit_in_bytes" if old else "memory.max"), "w") as file:
                file.write(str(n_bytes))
        except OSError as reason:
            self.skipTest(f"no control group can be made here: {reason}")
        return os.path.join(group, "cgroup.procs")

    def test_memory_that_is_not_there_is_told_before_it_is_used(self):
        group = self.limited_group(80_000_000)
        command = f"echo $$ > {group}; exec {cohort_program.COHORT} run study.toml -o memory.h5"
        done = subprocess.run([cohort_program.MPIEXEC, "-n", "2", "sh", "-c", command], cwd=self.directory,
                              capture_output=True, text=True, timeout=60)
        self.assertRegex(done.stderr, r"2 ranks need at least \S+ MB of memory, \S+ MB are free: runs may fail")
        without = self.cohort("run", "study.toml", "-o", "enough.h5", ranks=2)
        self.assertNotIn("of memory", without.err)


if __name__ == "__main__":
    cohort_program.main()
