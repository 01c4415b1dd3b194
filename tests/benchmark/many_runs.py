#!/usr/bin/env python3
"""What very many runs cost before and beside their training: time and memory of `plan`, start-up and memory of `run`.

    many_runs.py COHORT MPIEXEC [OTHER_COHORT...]

Prints one line per measurement and program; decides nothing. A million tiny runs are planned, as seeds and as levels of
every factor; a hundred thousand are trained on 2 ranks, opened again when nothing is left to do, and opened with a seed
more. Start-up is everything but training: it ends when the first run has been begun."""

import os
import re
import subprocess
import sys
import tempfile
import time

RULES = ["bptt", "eprop", "rtrl", "frozen_recurrent", "eprop/feedback=random", "eprop/feedback=sign", "tbptt/window=2",
         "tbptt/window=3", "tbptt/window=4", "tbptt/window=5"]


def study(rules, units, gains, seeds):
    quoted = lambda words: ", ".join(f'"{word}"' for word in words)
    return f"""[study]
name = "many"
[task]
name = "flip_flop"
bits = 1
steps = 10
sequences = 4
[factors]
rule = [{quoted(rules)}]
architecture = [{quoted(f"ctrnn/units={n}" for n in units)}]
initialization = [{quoted(f"gaussian/gain={gain}" for gain in gains)}]
seed = {seeds}
[training]
updates = 2
batch = 2
"""


STUDIES = {"a million seeds": study(RULES[:1], [2], [1], 1000000),
           "10 x 10 x 10 x 1000 runs": study(RULES, range(2, 12), [g / 10 for g in range(5, 15)], 1000),
           "100,000 runs": study(RULES[:2], range(2, 7), [1], 10000),
           "100,010 runs": study(RULES[:2], range(2, 7), [1], 10001)}

# Prints the peak memory of what it runs, in MB.
WATCH = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
         "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr); sys.exit(code)")


def measure(what, program, command, limit=600):
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        print(f"{what:<42} {program:<40} more than {limit} s")
        return
    seconds = time.monotonic() - start
    if done.returncode != 0:
        line = next((line for line in done.stderr.splitlines() if line.startswith("cohort: ")), f"exit {done.returncode}")
        print(f"{what:<42} {program:<40} {line}")
        return
    training = re.findall(r"\| ([0-9.]+) (s|min) elapsed", done.stderr)
    trained = f", training {' '.join(training[-1])}" if training else ""
    peaks = ", ".join(re.findall(r"^peak (\d+)", done.stderr, re.MULTILINE))
    print(f"{what:<42} {program:<40} {seconds:6.1f} s{trained}, peak {peaks} MB", flush=True)


def main():
    programs, mpiexec = [os.path.abspath(p) for p in (sys.argv[1], *sys.argv[3:])], sys.argv[2]
    watch = [sys.executable, "-c", WATCH]
    with tempfile.TemporaryDirectory(prefix="cohort_many_") as folder:
        os.chdir(folder)
        for name, text in STUDIES.items():
            with open(name.replace(" ", "_").replace(",", "") + ".toml", "w") as file:
                file.write(text)
        for program in programs:
            for name in list(STUDIES)[:2]:
                toml = name.replace(" ", "_").replace(",", "") + ".toml"
                measure(f"plan {name}", program, [*watch, program, "plan", toml])
            on_two = [mpiexec, "-n", "2", *watch, program, "run"]
            measure("run 100,000 runs, 2 ranks", program, [*on_two, "100000_runs.toml", "-o", "many.h5"])
            measure("  again, nothing left to do", program, [*on_two, "100000_runs.toml", "-o", "many.h5"])
            measure("  again, a seed more", program, [*on_two, "100010_runs.toml", "-o", "many.h5"])
            if os.path.exists("many.h5"):
                os.remove("many.h5")


if __name__ == "__main__":
    main()
