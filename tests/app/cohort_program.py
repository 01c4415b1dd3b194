"""What the tests of the program share: launching it as its users do, and reading what it left.

Every script is run as `python3 <script> COHORT MPIEXEC [test]...`, with Open MPI's environment set by the caller."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import h5py
    import numpy
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-h5py)")
    sys.exit(77)

COHORT = MPIEXEC = None  # set by main()

DATASETS_ABOUT_THE_JOB = ("/state/rank", "/state/started", "/state/finished", "/state/wall_s", "/state/cpu_s",
                          "/state/attempts")  # and /segments: who computed, and when


def main():
    global COHORT, MPIEXEC
    COHORT, MPIEXEC = sys.argv[1:3]
    unittest.main(module="__main__", argv=sys.argv[:1] + sys.argv[3:], verbosity=2)


def xxh3(data, seed=0):
    library = ctypes.CDLL("libxxhash.so.0")
    library.XXH3_64bits_withSeed.restype = ctypes.c_uint64
    library.XXH3_64bits_withSeed.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64)
    return library.XXH3_64bits_withSeed(data, len(data), seed)


def value_checksum(file, made_from, index):
    """What the file should say of the values at one index of a made_from dataset: those that are no fill values."""
    total = 0
    for path, dataset in datasets_of(file):
        if dataset.attrs.get("made_from") != made_from or path == made_from or path.endswith("checksum"):
            continue
        values = numpy.atleast_1d(dataset[tuple(index)]).ravel()
        fill = {"f": numpy.isnan(values) if values.dtype.kind == "f" else None, "i": values == -1, "u": values == 0}
        total += xxh3(values[~fill[values.dtype.kind]].tobytes(), xxh3(path.encode()))
    return total & 0x7fffffff


def datasets_of(file):
    found = []
    file.visititems(lambda name, item: found.append(("/" + name, item)) if isinstance(item, h5py.Dataset) else None)
    return found


class ProgramTest(unittest.TestCase):
    """Tests that share one scratch directory: the program works in it, and it is removed in the end."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="cohort_test_")
        cls.addClassCleanup(directory.cleanup)
        cls.directory = directory.name

    @classmethod
    def path(cls, name):
        return os.path.join(cls.directory, name)

    @classmethod
    def write(cls, name, text):
        with open(cls.path(name), "w") as file:
            file.write(text)
        return name

    @classmethod
    def start(cls, *arguments, ranks=1, launch=(), environment=None):
        """`launch`: more options of mpirun, which is then there for one rank, too; `environment`: more variables."""
        job = Job(arguments, ranks, cls.directory, launch, environment)
        cls.addClassCleanup(job.end)
        return job

    @classmethod
    def cohort(cls, *arguments, ranks=1, expect=0, launch=(), environment=None):
        """Runs the program to its end and checks its exit code."""
        job = cls.start(*arguments, ranks=ranks, launch=launch, environment=environment)
        job.wait()
        if job.code != expect:
            raise AssertionError(f"cohort {' '.join(arguments)} on {ranks} ranks: exit code {job.code}, not {expect}\n"
                                 f"{job.out}{job.err}")
        return job

    def read(self, results, dataset):
        with h5py.File(self.path(results), "r") as file:
            values = file[dataset][()]
            # What ranks write while they work: netCDF's characters along a last axis, joined as xarray does.
            is_text = file[dataset].dtype == "S1" and file[dataset].dims[-1].label.startswith("string")
            return values.view(f"S{values.shape[-1]}")[..., 0] if is_text else values

    def plant(self, results, dataset, place, value):
        """As if the program had computed it: the checksum fits."""
        with self.open_for_writing(results) as file:
            file[dataset][place] = value
            made_from = file[dataset].attrs.get("made_from")
            if made_from and made_from != dataset:
                index = place[:file[made_from].ndim]
                file[made_from.replace("made_from", "checksum")][index] = value_checksum(file, made_from, index)

    def open_for_writing(self, results):
        """A job that was killed may hold its lock for a moment, until its last thread is gone."""
        for _ in range(100):
            try:
                return h5py.File(self.path(results), "r+")
            except BlockingIOError:
                time.sleep(0.1)
        return h5py.File(self.path(results), "r+")

    def n_finished(self, results):
        """Runs that are done or diverged; 0 while there is no file."""
        if not os.path.exists(self.path(results)):
            return 0
        return int(numpy.isin(self.read(results, "/state/status"), (1, 2)).sum())


class Job:
    """The program at work: alone for `ranks=1`, under mpirun for more. `out`, `err` and `code` are known after wait()."""

    def __init__(self, arguments, ranks, directory, launch=(), environment=None):
        launch = [MPIEXEC, *launch, "-n", str(ranks)] if ranks > 1 or launch else []
        self.started = time.monotonic()
        # Files, not pipes: nothing blocks when nobody reads. A session of its own: all processes can be found.
        self._files = [tempfile.TemporaryFile("w+") for _ in range(2)]
        self._process = subprocess.Popen(launch + [COHORT, *arguments], cwd=directory, stdin=subprocess.DEVNULL,
                                         stdout=self._files[0], stderr=self._files[1], start_new_session=True,
                                         env={**os.environ, **(environment or {})})

    def is_running(self):
        return self._process.poll() is None

    def send(self, number):
        self._process.send_signal(number)

    def send_to_ranks(self, number):
        """As a scheduler does that signals every process of the program, but not mpirun."""
        for process in self._processes():
            if process != self._process.pid:
                os.kill(process, number)

    def process_of(self, rank):
        """The process of a rank of mpirun's; none when it is not there."""
        for process in self._processes():
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    if f"OMPI_COMM_WORLD_RANK={rank}".encode() in file.read().split(b"\0"):
                        return process
            except (FileNotFoundError, ProcessLookupError):
                continue
        return None

    def wait_for_ranks(self):
        """mpirun may end before its ranks do."""
        while self._processes():
            time.sleep(0.01)

    def wait(self, timeout=600):
        try:
            self.code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.seconds = time.monotonic() - self.started
        self.out, self.err = (self._text(file) for file in self._files)
        return self.code

    def kill(self):
        """SIGKILL to mpirun and all ranks at once. True when the job was still running."""
        was_running = self.is_running()
        while processes := self._processes():
            for process in processes:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._process.poll()
        self._process.wait()
        return was_running

    def end(self):
        """Whatever became of the test."""
        if self.is_running():
            self.kill()
        for file in self._files:
            file.close()

    def _processes(self):
        """All living processes of the job's session."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    state, _, _, session = file.read().rpartition(")")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(session) == self._process.pid and state != "Z":
                found.append(int(name))
        return found

    @staticmethod
    def _text(file):
        file.seek(0)
        return file.read()


def wait_until(condition, job, seconds=60):
    """Waits until `condition()` is true, looking often. The job must not end before."""
    end = time.monotonic() + seconds
    while not condition():
        if not job.is_running():
            job.wait()
            raise AssertionError(f"the job ended too early, with exit code {job.code}\n{job.out}{job.err}")
        if time.monotonic() > end:
            job.kill()
            raise AssertionError(f"it did not happen within {seconds} s")
        time.sleep(0.005)


def contents(path):
    """Every dataset that must not depend on who computed it and when: name -> type, shape and bytes (NaN included).
    Attributes belong to it, but for references, which are addresses within the file."""
    found = {}

    def keep(name, item):
        name = "/" + name
        if name.startswith("/segments/") or name in DATASETS_ABOUT_THE_JOB:
            return
        for key, value in item.attrs.items():
            if key not in ("DIMENSION_LIST", "REFERENCE_LIST"):
                found[f"{name}@{key}"] = repr(value)
        if isinstance(item, h5py.Dataset):
            values = item[()]
            is_text = item.dtype == object  # of pointers, which say nothing
            found[name] = (item.dtype.str, item.shape, repr(numpy.asarray(values).tolist()) if is_text else values.tobytes())

    with h5py.File(path, "r") as file:
        for key, value in file.attrs.items():
            if key != "created_utc":
                found[f"/@{key}"] = value
        file.visititems(keep)
    return found


def differences(a, b):
    """Names of everything that is not bit for bit the same in two results files."""
    a, b = contents(a), contents(b)
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


RECORDING_SHAPE = (7, 121, 8)  # units, times and conditions; the last two are those of the reach task


def save_recording(path):
    """Smooth random rates that a study of the reach task can be compared with."""
    numpy.save(path, numpy.random.default_rng(1).standard_normal(RECORDING_SHAPE).cumsum(axis=1))


def study(study_seed=1, units=(12, 20), seeds=2, optimizer="adam/rate=5e-3", updates=150, starts=16,
          recording="recording.npy"):
    """A small study that has everything: four factors, matched levels, a recording, fixed points."""
    architectures = ", ".join(f'"ctrnn/units={n}"' for n in units)
    return f"""[study]
name = "small"
seed = {study_seed}

[task]
name = "center_out_reach_hatsopoulos_2007"

[factors]
rule           = ["bptt", "eprop"]
architecture   = [{architectures}]
initialization = ["gaussian/gain=0.8", "gaussian/gain=1.5"]
seed           = {seeds}

[training]
optimizer = "{optimizer}"
updates   = {updates}
batch     = 8

[snapshots]
at_updates = [0]
at_error   = [0.9, 0.5]

[similarity]
measures   = ["procrustes"]
recordings = ["{recording}"]

[dynamics]
fixed_points = {{ starts = {starts} }}
"""
