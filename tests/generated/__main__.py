"""`make generated`: makes scripts, runs each by CPython and as its model, and prints what came of it.

Each silent difference is printed with its smallest script, ready to be a test; `--gaps N` prints one for each of the
N commonest gaps. `--probes` runs every idiom by itself over every odd value instead.
Exit status 1 if there was a silent difference, or if fewer scripts than `--share` run without any gap.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.generated.differential import examine
from tests.generated.probes import probes
from tests.generated.series import Case, Tally, examined
from tests.generated.shrink import likeness, pasted, shrink

_SHOWN = 3
"""So many of the silent differences that are alike are shrunk and printed."""


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first script of the series")
    parser.add_argument("--share", type=float, default=0.0, help="of the scripts must have no gap")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--gaps", type=int, default=0, help="shrink an example of each of the commonest gaps")
    parser.add_argument("--show", action="store_true", help="print the scripts themselves")
    parser.add_argument(
        "--probes", action="store_true", help="instead, every idiom by itself over every odd value"
    )
    options = parser.parse_args()
    if options.probes:
        return _probe()
    tally = Tally()
    silent: dict[str, list[Case]] = {}
    examples: dict[str, Case] = {}
    for case in examined(options.seed, options.count, options.first, options.processes):
        tally.add(case)
        _progress(tally, options.count)
        if options.show:
            print(f"# --- {options.seed}/{case.number} {case.verdict}\n{case.script.source}")
        if case.verdict == "SILENT":
            bad = next(one for one in case.outcomes if one.verdict == "SILENT")
            silent.setdefault(likeness(bad), []).append(case)
        elif case.verdict == "gap":
            message = next(gap.message for one in case.outcomes for gap in one.gaps)
            known = examples.get(message)
            if known is None or len(known.script.source) > len(case.script.source):
                examples[message] = case
    print(tally, flush=True)
    for alike in silent.values():
        for case in alike:
            print(f"SILENT {options.seed}/{case.number}: {_worst(case)[1][:300]}")
    for alike in silent.values():
        for case in alike[:_SHOWN]:
            _print_smallest(case, options.seed, len(alike))
    for message, _ in tally.first.most_common(options.gaps):
        if message in examples:
            _print_smallest(examples[message], options.seed, tally.first[message])
    if tally.share < options.share:
        print(f"FAILED: {tally.share:.3f} of the scripts have no gap, {options.share:.3f} are wanted")
    return 1 if silent or tally.share < options.share else 0


def _progress(tally: Tally, count: int) -> None:
    """A line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        end = "\r" if tally.scripts < count else "\r\033[K"
        done = f"{tally.scripts}/{count}  SILENT {tally.verdicts['SILENT']}  without gap {tally.share:.3f}"
        print(done if tally.scripts < count else "", end=end, file=sys.stderr, flush=True)


def _probe() -> int:
    """Prints what becomes of each idiom; 1 if one differs."""
    differing = 0
    for idiom, script, worlds in probes():
        outcomes = examine(script, worlds)
        differing += any(one.detail for one in outcomes)
        for one in outcomes:
            if one.detail:
                print(f"{one.verdict}  {idiom}  {one.detail[:300]}", flush=True)
        if outcomes[0].gaps:
            print(f"gap  {idiom}  {outcomes[0].gaps[0].message}", flush=True)
    return 1 if differing else 0


def _worst(case: Case) -> tuple[int, str]:
    """The number of the world to look at, and what differs in it."""
    return next(((n, one.detail) for n, one in enumerate(case.outcomes) if one.detail), (0, ""))


def _print_smallest(case: Case, seed: int, alike: int) -> None:
    number, _ = _worst(case)
    script, world, outcome = shrink(case.script, case.worlds[number], case.outcomes[number], 600)
    message = outcome.detail or outcome.gaps[0].message
    print(f"\n## {outcome.verdict}, {alike} alike, of {seed}/{case.number}: {message}")
    print(
        f"gaps: {[gap.message for gap in outcome.gaps]}; the script ended with {outcome.ended or 'success'}"
    )
    print(pasted(script, world, outcome), flush=True)


if __name__ == "__main__":
    sys.exit(main())
