"""Comparing what two legs wrote: hubshift on 100,000 nested records against DeepDiff on each pair of them."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.rounds import Figures, Result, Target, in_turn
from migrate.shadow.comparison import compare
from migrate.shadow.writes import Write

RECORDS = 100_000
ROUNDS = 5
PAIRS = 3000
"""Pairs that DeepDiff gets in a round; it takes as long for each, so that the rate tells."""

TARGET = Target(30)
_HEADERS = (("content-type", "application/json"), ("host", "api.example.com"))
_PEER = """
import json, sys, time
from deepdiff import DeepDiff
with open(sys.argv[1]) as left, open(sys.argv[2]) as right:
    pairs = [(json.loads(a), json.loads(b)) for a, b in zip(left, right)]
for line in sys.stdin:
    start, end = map(int, line.split())
    begin = time.perf_counter()
    differing = sum(bool(DeepDiff(a, b)) for a, b in pairs[start:end])
    print(time.perf_counter() - begin, differing, flush=True)
"""


def measure(records: int = RECORDS, rounds: int = ROUNDS) -> Result:
    """Pairs a second of both; checks that both find as many that differ."""
    left, right, harmed = _legs(records)
    with tempfile.TemporaryDirectory() as folder, _deepdiff(Path(folder), left, right, rounds) as peer:
        part = count()

        def ours() -> float:
            begin = time.perf_counter()
            found = compare(left, right)
            seconds = time.perf_counter() - begin
            if found.equal != records - len(harmed):
                raise AssertionError(f"{found.equal} equal, and {len(harmed)} were harmed")
            return records / seconds

        def theirs() -> float:
            start = next(part) * PAIRS % records
            assert peer.stdin is not None
            assert peer.stdout is not None
            peer.stdin.write(f"{start} {start + PAIRS}\n")
            peer.stdin.flush()
            seconds, differing = peer.stdout.readline().split()
            wanted = sum(start <= number < start + PAIRS for number in harmed)
            if int(differing) != wanted:
                raise AssertionError(f"DeepDiff found {differing}, and {wanted} were harmed")
            return PAIRS / float(seconds)

        mine, others = in_turn(rounds, ours, theirs)
    unit = "pairs/s"
    return Result(
        f"comparison: {records:,} nested records, {len(harmed):,} of them differ, {rounds} rounds",
        (Figures("hubshift", unit, tuple(mine)), Figures("DeepDiff", unit, tuple(others))),
        tuple(a / b for a, b in zip(mine, others, strict=True)),
        TARGET,
    )


def _legs(records: int) -> tuple[list[Write], list[Write], set[int]]:
    """The writes of two legs, and the numbers of the records in which they differ."""
    chance = random.Random(1)
    left = [_record(number, chance) for number in range(records)]
    right = copy.deepcopy(left)
    harmed = set(chance.sample(range(records), records // 100))
    for number in sorted(harmed):
        _harm(right[number], chance.randrange(5))
    return [_write(*one) for one in enumerate(left)], [_write(*one) for one in enumerate(right)], harmed


def _record(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {chance.randrange(10**6)}",
        "contact": {"email": f"person{number}@example.org", "phones": [str(chance.randrange(10**9))] * 2},
        "address": {
            "street": f"Road {chance.randrange(200)}",
            "city": {"name": "Springfield", "zip": "04711"},
        },
        "tags": [f"t{chance.randrange(40)}" for _ in range(4)],
        "lines": [
            {"sku": f"S{chance.randrange(900)}", "price": chance.randrange(10**5) / 100} for _ in range(3)
        ],
        "active": number % 3 == 0,
    }


def _harm(record: dict[str, Any], way: int) -> None:
    match way:
        case 0:
            record["address"]["city"]["zip"] = 4711
        case 1:
            record["lines"][1]["price"] += 1
        case 2:
            record["tags"].append("new")
        case 3:
            del record["contact"]["email"]
        case _:
            record["name"] = None


def _write(number: int, record: dict[str, Any]) -> Write:
    return Write(number, "POST", "https://api.example.com/v1/contacts", _HEADERS, record, 201, "exact")


@contextlib.contextmanager
def _deepdiff(
    folder: Path, left: list[Write], right: list[Write], rounds: int
) -> Iterator[subprocess.Popen[str]]:
    """DeepDiff in a process of its own that has read both sides and takes the first and last number of pairs."""
    paths = [folder / "left.jsonl", folder / "right.jsonl"]
    for path, side in zip(paths, (left, right), strict=True):
        bodies = [json.dumps(write.body) for write in side[: PAIRS * rounds]]
        path.write_text("\n".join(bodies), encoding="utf-8")
    command = [str(peers.interpreter("deepdiff")), "-c", _PEER, *map(str, paths)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        yield process
