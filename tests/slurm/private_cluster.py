"""A SLURM cluster of two nodes on this machine, started by this process and gone with it. Nothing of a SLURM that may be
installed here is touched: own keys, own ports, own state."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

DAEMONS = ("munged", "slurmctld", "slurmd")
COMMANDS = ("sbatch", "scontrol", "squeue", "scancel", "srun", "sinfo")

CONFIGURATION = """ClusterName=private
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
StateSaveLocation={folder}/state
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmdLogFile={folder}/slurmd.%n.log
SlurmdSpoolDir={folder}/spool.%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
MpiDefault=none
ReturnToService=2
SlurmdTimeout=5
SlurmctldTimeout=5
KillWait=5
MessageTimeout=5
MinJobAge=3600
UnkillableStepTimeout=10
NodeName=n1 NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


class CannotRun(Exception):
    """Why there is no cluster here."""


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise CannotRun(f"{name} is missing (Debian: slurmctld slurmd slurm-client munge)")
    return found


class PrivateCluster:
    """Nodes n1 and n2 of two processors each. `environment` is what its commands, and jobs on it, need."""

    def __init__(self):
        self.programs = {name: program(name) for name in DAEMONS + COMMANDS}
        self._folder = tempfile.TemporaryDirectory(prefix="cohort_slurm_")
        self.folder = self._folder.name
        self._daemons = {}
        self.environment = dict(os.environ, SLURM_CONF=self.path("slurm.conf"),
                                # Two nodes of one host: they share no memory for Open MPI, and one of its folders.
                                OMPI_MCA_btl="self,tcp", OMPI_MCA_btl_tcp_if_include="lo",
                                OMPI_MCA_oob_tcp_if_include="lo", OMPI_MCA_hwloc_base_binding_policy="none",
                                OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_mpi_yield_when_idle="1",
                                OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1")
        for name in list(self.environment):
            if name.startswith("SLURM_") and name != "SLURM_CONF":
                del self.environment[name]
        try:
            self._start()
        except BaseException:
            self.end()
            raise

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, command, *arguments, check=True):
        """One of SLURM's commands; returns what it prints."""
        done = subprocess.run([self.programs[command], *arguments], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"{command} {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def job(self, number):
        """What scontrol says of a job: name -> value."""
        words = self.run("scontrol", "show", "job", "-o", str(number)).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def wait_for(self, number, states, seconds=120):
        """Waits until the job is in one of the states, and returns what scontrol says of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.job(number)
            if found["JobState"] in states:
                return found
            time.sleep(0.1)
        raise AssertionError(f"job {number} is not {states}, but: {found}\n{self.logs()}")

    def kill_node(self, name):
        """The node dies: its daemon, and every process of its jobs; none has time to tell of another one's end."""
        processes = [self._daemons[name].pid, *self.processes_of(name)]
        daemon = self._daemons.pop(name)
        for what in (signal.SIGSTOP, signal.SIGKILL):
            for process in processes:
                try:
                    os.kill(process, what)
                except ProcessLookupError:
                    pass
        daemon.wait()

    def has_node(self, name):
        return name in self._daemons

    def wait_until_idle(self):
        """Jobs may run on both nodes again."""
        self._wait("slurmd", self._has_two_nodes)

    def start_node(self, name):
        self._daemons[name] = self._launch("slurmd", "-D", "-N", name)

    def processes_of(self, node):
        """Processes that belong to jobs on the node: those that were told its name, and what keeps watch over them."""
        told = [f"SLURM_CONF={self.path('slurm.conf')}".encode(), f"SLURMD_NODENAME={node}".encode()]
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            variables = self._words_of(number, "environ")
            if all(word in variables for word in told):
                found.append(int(number))
        keepers = {self._parent_of(process) for process in found} - set(found)
        return [one for one in keepers if any(b"slurmstepd" in word for word in self._words_of(one, "cmdline"))] + found

    @staticmethod
    def _words_of(process, what):
        """`environ` or `cmdline` of a process; nothing when it is gone."""
        try:
            with open(f"/proc/{process}/{what}", "rb") as file:
                return file.read().split(b"\0")
        except OSError:
            return []

    @staticmethod
    def _parent_of(process):
        try:
            with open(f"/proc/{process}/stat") as file:
                return int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            return 0

    def logs(self):
        text = ""
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(self.path(name), errors="replace") as file:
                    text += f"--- {name}\n" + "".join(file.readlines()[-30:])
        return text

    def _launch(self, name, *arguments):
        with open(self.path(f"{name}.out"), "a") as out:
            return subprocess.Popen([self.programs[name], *arguments], env=self.environment, cwd=self.folder,
                                    stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)

    def _start(self):
        os.chmod(self.folder, 0o755)
        os.mkdir(self.path("state"))
        for node in ("n1", "n2"):
            os.mkdir(self.path(f"spool.{node}"))
        with open(os.open(self.path("munge.key"), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(os.urandom(128))
        with open(self.path("slurm.conf"), "w") as file:
            file.write(CONFIGURATION.format(folder=self.folder, user=getpass.getuser(), ports=free_ports(3),
                                            host=socket.gethostname().split(".")[0]))
        self._daemons["munged"] = self._launch(
            "munged", "--foreground", "--force", f"--socket={self.path('munge.socket')}",
            f"--key-file={self.path('munge.key')}", f"--pid-file={self.path('munged.pid')}",
            f"--log-file={self.path('munged.log')}", f"--seed-file={self.path('munged.seed')}")
        self._wait("munged", lambda: os.path.exists(self.path("munge.socket")))
        self._daemons["slurmctld"] = self._launch("slurmctld", "-D", "-c")
        for node in ("n1", "n2"):
            self.start_node(node)
        self._wait("slurmd", self._has_two_nodes)

    def _has_two_nodes(self):
        try:
            return self.run("sinfo", "-h", "-N", "-o", "%N %t", check=False).split() == ["n1", "idle", "n2", "idle"]
        except subprocess.TimeoutExpired:
            return False

    def _wait(self, name, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            dead = [one for one, daemon in self._daemons.items() if daemon.poll() is not None]
            if dead or time.monotonic() > end:
                raise CannotRun(f"{', '.join(dead) or name} does not run here:\n{self.outputs()}{self.logs()}")
            time.sleep(0.05)

    def outputs(self):
        text = ""
        for name in DAEMONS:
            if os.path.exists(self.path(f"{name}.out")):
                with open(self.path(f"{name}.out"), errors="replace") as file:
                    text += f"--- {name}.out\n" + "".join(file.readlines()[-10:])
        return text

    def end(self):
        """Ends all jobs, then the daemons, then what is left of jobs."""
        if "slurmctld" in self._daemons and self._daemons["slurmctld"].poll() is None:
            try:
                self.run("scancel", "-f", "-u", getpass.getuser(), check=False)
            except subprocess.TimeoutExpired:
                pass
        left = self.processes_of("n1") + self.processes_of("n2")
        for daemon in reversed(list(self._daemons.values())):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._daemons.clear()
        self._folder.cleanup()
