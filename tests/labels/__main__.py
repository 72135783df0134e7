"""`python -m tests.labels [SET...] [--text DIR] [--constructs [--store]]`

Checks the label files and prints how many labels of each kind and construct a set holds: those that must be met, and
behind a plus those that may be. With `--text`, also whether the texts are there and are the ones that were labelled.
With `--constructs` the scripts are read, and for each construct that labels name (how a URL is given, client, idiom) it
is printed how many labels the inventory answers, and how many rightly; `--store` keeps that for the documentation.
Exit status 1: a label file is not of the form, or a text does not fit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.labels.constructs import figures
from tests.labels.counts import tables
from tests.labels.labels import SETS, load, misfits
from tests.labels.results import printed, rows_of_texts, store


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.labels")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{' or '.join(SETS)}; without any, both")
    parser.add_argument("--text", type=Path, help="where the texts lie, as DIR/ID/PATH")
    parser.add_argument(
        "--constructs", action="store_true", help="read the texts, and print what is found of each"
    )
    parser.add_argument("--store", action="store_true", help="keep these figures in results.json")
    given = parser.parse_args(arguments)
    if given.constructs and not (given.text and given.sets):
        parser.error("--constructs needs a SET and --text")
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
            unfit = misfits(labels, given.text)
            wrong += unfit
            if given.constructs and not unfit:
                found = figures(labels, rows_of_texts(labels, given.text))
                print(printed(found))
                if given.store:
                    store(name, found)
    for line in wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
