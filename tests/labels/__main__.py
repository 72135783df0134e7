"""`python -m tests.labels [SET...] [--text DIR]`

Checks the label files and prints how many labels of each kind and construct a set holds: those that must be met, and
behind a plus those that may be. With `--text`, also whether the texts are there and are the ones that were labelled.
Exit status 1: a label file is not of the form, or a text does not fit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.labels.counts import tables
from tests.labels.labels import SETS, load, misfits


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.labels")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{' or '.join(SETS)}; without any, both")
    parser.add_argument("--text", type=Path, help="where the texts lie, as DIR/ID/PATH")
    given = parser.parse_args(arguments)
    if unknown := set(given.sets) - set(SETS):
        parser.error(f"no such set: {', '.join(sorted(unknown))}")
    wrong: list[str] = []
    for name in given.sets or SETS:
        try:
            labels = load(name)
        except ValueError as error:
            wrong.append(str(error))
            continue
        print(f"{name}: {len(labels)}")
        for title, counts in tables(labels).items():
            shown = (f"{one.name} {one.required}" + f"+{one.optional}" * bool(one.optional) for one in counts)
            print(f"  {title}: {', '.join(shown)}")
        if given.text:
            wrong += misfits(labels, given.text)
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
