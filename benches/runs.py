#!/usr/bin/env python3
"""Measure whole runs on responses of 1,000 to 1,000,000 groups: time and peak memory of the process.

    cargo build --release
    benches/runs.py                          # the built-in template, which streams
    benches/runs.py --whole                  # one that needs all groups at once
    benches/runs.py --guard                  # with a guard that compares each run with the one before
    benches/runs.py --keep 0                 # without recording the runs
    benches/runs.py --diff                   # `runner diff` of two runs, instead of the runs
    benches/runs.py --runner OTHER --groups 1000 100000

A server in this script responds, so no request goes to Globus; one group is about 540 bytes. The output goes to a
file. Time is that of the process from start to end, the best of --runs; memory is its largest resident set, as GNU
time reports it for one more run. A process started by Python itself would be charged with Python's own memory.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# The tree stays clean.
sys.dont_write_bytecode = True

from common import BLOCK, GNU_TIME, ROOT, RUNNER, Server, groups, write_tokens


def measure(command, environment):
    """Seconds and processor seconds of one run."""
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime


def peak_memory(command, environment, folder):
    """Bytes of one run."""
    report = folder / "peak"
    subprocess.run([GNU_TIME, "-f", "%M", "-o", report, *command], env=environment, stdout=subprocess.DEVNULL, check=True)
    return int(report.read_text()) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runner", type=pathlib.Path, default=RUNNER)
    parser.add_argument("--groups", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--whole", action="store_true", help="use a template that needs all groups at once")
    parser.add_argument("--guard", action="store_true", help="give each group an id of its own, and guard them")
    parser.add_argument("--keep", type=int, help="`keep` under `[history]`")
    parser.add_argument("--diff", action="store_true", help="compare two runs, in which every other thousand of groups differs")
    arguments = parser.parse_args()

    server = Server()
    server.distinct = arguments.guard or arguments.diff
    block = groups(BLOCK)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        write_tokens(home)
        template = (ROOT / "templates/groups.csv.hbs").read_text()
        if arguments.whole:
            template += "{{#if (len groups)}}{{/if}}"
        (home / "t.csv.hbs").write_text(template)
        profile = (ROOT / "profiles/groups.toml").read_text().replace("groups.csv.hbs", "t.csv.hbs")
        if arguments.guard:
            profile += '\n[output.guard]\nmax_removed = "10%"\n'
        if arguments.keep is not None:
            profile += f"\n[history]\nkeep = {arguments.keep}\n"
        (home / "t.toml").write_text(profile)
        environment = {
            "HOME": folder,
            "XDG_STATE_HOME": str(home / "state"),
            "GLOBUS_SDK_SERVICE_URL_GROUPS": server.url,
        }
        print(f"{'groups':>9} {'answer':>10} {'time':>9} {'CPU':>9} {'peak':>9}")
        for count in arguments.groups:
            server.blocks = [block] * (count // BLOCK)
            output = home / "out.csv"
            command = [str(arguments.runner), "run", str(home / "t.toml"), "-o", str(output)]
            results = []
            for _ in range(arguments.runs):
                output.unlink(missing_ok=True)
                results.append(measure(command, environment))
            lines = sum(1 for _ in output.open())
            if lines != count + 1:
                sys.exit(f"{lines} lines were written for {count} groups")
            if arguments.diff:
                other = block.replace(b"-4a6e-", b"-4a6f-")
                server.blocks = [other if number % 2 else block for number in range(count // BLOCK)]
                measure(command, environment)
                command = [str(arguments.runner), "diff", str(home / "t.toml"), "-o", str(output), "--format", "json"]
                results = [measure(command, environment) for _ in range(arguments.runs)]
            size = count * (len(block) + 1) / BLOCK
            seconds, cpu = (min(column) for column in zip(*results))
            output.unlink()
            peak = peak_memory(command, environment, home)
            print(
                f"{count:>9} {size / 1e6:>7.1f} MB {seconds * 1e3:>6.0f} ms {cpu * 1e3:>6.0f} ms {peak / 1e6:>6.1f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
