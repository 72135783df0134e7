"""`python -m tests.generated --count 2000 --seed 1`: generates, compares, and prints what came of it.

Each silent difference, and each beside a gap that is stated, is printed with its smallest script; `--gaps N` prints
one for each of the N commonest gaps. `--probes` runs every idiom by itself over every odd value instead.
Exit status 1 if there was a difference.
"""

from __future__ import annotations

import argparse
import sys

from tests.generated.differential import examine
from tests.generated.probes import probes
from tests.generated.series import Case, Tally, examined
from tests.generated.shrink import likeness, shrink
from tests.generated.vendors import World


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first script of the series")
    parser.add_argument("--gaps", type=int, default=0, help="shrink an example of each of the commonest gaps")
    parser.add_argument("--show", action="store_true", help="print the scripts themselves")
    parser.add_argument(
        "--probes", action="store_true", help="instead, every idiom by itself over every odd value"
    )
    options = parser.parse_args()
    if options.probes:
        return _probe()
    tally = Tally()
    findings: dict[str, list[Case]] = {}
    examples: dict[str, Case] = {}
    for case in examined(options.seed, options.count, options.first):
        tally.add(case)
        if options.show:
            print(f"# --- {options.seed}/{case.number} {case.verdict}\n{case.script.source}")
        if any(one.detail for one in case.outcomes):
            bad = next(one for one in case.outcomes if one.detail)
            findings.setdefault(likeness(bad), []).append(case)
            print(f"{options.seed}/{case.number}: {bad.detail[:300]}", flush=True)
        elif case.outcomes[0].verdict == "gap":
            known = examples.get(case.outcomes[0].gaps[0].message)
            if known is None or len(known.script.source) > len(case.script.source):
                examples[case.outcomes[0].gaps[0].message] = case
    print(tally)
    for alike in findings.values():
        for case in alike[:3]:
            _print_smallest(case, options.seed, len(alike))
    for message, _ in tally.first.most_common(options.gaps):
        if message in examples:
            _print_smallest(examples[message], options.seed, tally.first[message])
    return 1 if findings else 0


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


def _print_smallest(case: Case, seed: int, alike: int) -> None:
    number = next((n for n, one in enumerate(case.outcomes) if one.detail), 0)
    script, world, outcome = shrink(case.script, case.worlds[number], case.outcomes[number], 400)
    print(
        f"\n## {outcome.verdict}, {alike} alike, of {seed}/{case.number}: {outcome.detail or outcome.gaps[0].message}"
    )
    print(
        f"gaps: {[gap.message for gap in outcome.gaps]}; the script ended with {outcome.ended or 'success'}"
    )
    print(f"world: {_shown(world)}\n```python\n{script.source}```", flush=True)


def _shown(world: World) -> str:
    faults = {name: value for name, value in vars(world).items() if value and name != "records"}
    return f"{list(world.records)!r} {faults or ''}"


if __name__ == "__main__":
    sys.exit(main())
