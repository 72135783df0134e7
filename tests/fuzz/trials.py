"""Damaged scripts, each read in full: never a crash, never a hang, and what cannot be read is said."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

from migrate.contracts import Extraction
from migrate.pipeline.auditing import read_script
from tests.fuzz.damage import damaged

SECONDS = 2.0
"""A file may take so long, of the processor."""
_ROOT = Path(__file__).parents[2]
_CHUNK = 20


@dataclass(frozen=True)
class Trial:
    """What became of one damaged script. `fault` is empty where all is well."""

    number: int
    script: str
    damage: str
    outcome: str
    seconds: float
    fault: str


@cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """The scripts that are damaged: those of the fixtures, the idioms and the diagnostics."""
    patterns = ("fixtures/*/legacy/*.py", "tests/idioms/scripts/*/*.py", "tests/diagnostics/scripts/*.py")
    paths = sorted(path for pattern in patterns for path in _ROOT.glob(pattern))
    return tuple(
        (path.relative_to(_ROOT).as_posix(), path.read_bytes()) for path in paths if path.stat().st_size
    )


def source_of(seed: int, number: int) -> tuple[str, str, bytes]:
    """The script of this number: what it was made of, how it was damaged, its text."""
    random = Random(f"{seed}/{number}")
    script, text = random.choice(sources())
    return script, *damaged(text, random)


def tried_one(seed: int, number: int) -> Trial:
    """The trial of this number."""
    script, damage, text = source_of(seed, number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        path.write_bytes(text)
        begin = time.process_time()
        try:
            found = read_script(path, Path(folder))
            outcome, fault = _outcome(text, found)
        except Exception as crash:  # noqa: BLE001  # any crash is a finding
            outcome, fault = "crash", f"{type(crash).__name__}: {crash}"[:300]
        seconds = time.process_time() - begin
    if not fault and seconds > SECONDS:
        fault = f"took {seconds:.1f} seconds of the processor"
    return Trial(number, script, damage, outcome, seconds, fault)


def _outcome(text: bytes, found: object) -> tuple[str, str]:
    if isinstance(found, Extraction):
        codes = [one.code for one in found.diagnostics]
        fault = "" if _parses(text) else "an integration was read from what does not parse"
        return ("integration with findings" if codes else "integration"), fault
    if found is None:
        return "nothing", "" if _parses(text) else "nothing is said of what does not parse"
    assert isinstance(found, tuple)
    broken = [f"{one.message}" for one in found if one.code == "HS005"]
    return "findings", broken[0] if broken else ""


def _parses(text: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "script.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def trials(seed: int, count: int, first: int = 0, processes: int = 1) -> Iterator[Trial]:
    """The trials of a series, in order; a trial depends on the seed and its own number alone."""
    numbers = range(first, first + count)
    if processes == 1:
        yield from map(partial(tried_one, seed), numbers)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(tried_one, seed), numbers, chunksize=_CHUNK)


def summary(series: list[Trial]) -> str:
    """How many there were of each outcome, and the longest."""
    counts = Counter(one.outcome for one in series)
    longest = max(series, key=lambda one: one.seconds)
    lines = [f"{len(series)} damaged scripts"]
    lines += [f"  {count:6} {outcome}" for outcome, count in counts.most_common()]
    lines.append(
        f"  the longest took {longest.seconds:.2f} s (number {longest.number}, {longest.script}, {longest.damage})"
    )
    return "\n".join(lines)
