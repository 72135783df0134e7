"""`python -m benchmarks [NAME...]` prints each ratio; exit status 1 if one is not as wanted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial

from benchmarks import comparison, inventory, replay, startup
from benchmarks.peers import PeerError
from benchmarks.rounds import Result

BENCHMARKS: dict[str, Callable[[], Result | inventory.Outcome]] = {
    "replay": replay.measure,
    "comparison": comparison.measure,
    "start": startup.measure,
    "inventory": inventory.measure,
    "inventory-many": partial(inventory.measure, inventory.MANY),
}


def main() -> int:
    """Runs the benchmarks that the command line names, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or [one for one in BENCHMARKS if one != "inventory-many"]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    reached = True
    for name in names:
        try:
            result = BENCHMARKS[name]()
        except PeerError as problem:
            print(f"{name}: not run, {problem}", file=sys.stderr)
            return 2
        print(result, flush=True)
        reached &= result.reached
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
