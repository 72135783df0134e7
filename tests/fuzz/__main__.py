"""`make fuzz`: damages scripts and reads each; prints what came of it. Exit status 1 if one crashed or hung.

`--number N` prints one of them, ready to be looked at.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.fuzz.trials import source_of, summary, trials


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first of the series")
    parser.add_argument("--number", type=int, help="print this one")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    if options.number is not None:
        script, damage, text = source_of(options.seed, options.number)
        print(f"# {script}, {damage}")
        sys.stdout.buffer.write(text)
        return 0
    series = []
    for trial in trials(options.seed, options.count, options.first, options.processes):
        series.append(trial)
        if trial.fault:
            print(f"{options.seed}/{trial.number} {trial.script} {trial.damage}: {trial.fault}", flush=True)
        elif sys.stderr.isatty():
            print(f"\r{len(series)} of {options.count}", end="", file=sys.stderr)
    print(summary(series))
    return 1 if any(one.fault for one in series) else 0


if __name__ == "__main__":
    sys.exit(main())
