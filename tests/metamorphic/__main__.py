"""`python -m tests.metamorphic --count 300 --seed 1`: tries all transformations on many generated scripts."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.metamorphic.subjects import Subject, difference, generated, subjects
from tests.metamorphic.transformations import TRANSFORMATIONS, Transformation


def main() -> int:
    """The exit status: 1 if a model changed."""
    parser = argparse.ArgumentParser(prog="python -m tests.metamorphic")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first script of the series")
    parser.add_argument("--fixtures", action="store_true", help="the scripts of the tests instead")
    parser.add_argument("--only", default="", help="transformations whose sentence holds this text")
    parser.add_argument("--show", type=int, default=1, help="differences to print for each transformation")
    options = parser.parse_args()
    chosen = [one for one in TRANSFORMATIONS if options.only in one.sentence]
    series = (
        subjects()
        if options.fixtures
        else [generated(options.seed, options.first + number) for number in range(options.count)]
    )
    changed: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for subject in series:
        for one in chosen:
            _try(one, subject, changed, differing, options.show)
    for one in chosen:
        print(f"{changed[one.sentence]:5} rewritten {differing[one.sentence]:4} differ  {one}")
    return 1 if differing else 0


def _try(
    one: Transformation, subject: Subject, changed: Counter[str], differing: Counter[str], show: int
) -> None:
    rewritten = one.apply(subject.source)
    if rewritten == subject.source:
        return
    changed[one.sentence] += 1
    found = difference(subject.source, rewritten)
    if found:
        differing[one.sentence] += 1
        if differing[one.sentence] <= show:
            print(f"## {subject}: {one}\n{found}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
