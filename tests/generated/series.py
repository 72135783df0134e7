"""A series of generated scripts, each with the worlds that it is run in.

A case depends on the seed and its own number alone. It runs in the process that makes it, in a namespace of its own
and with the network, the environment and the clock replaced; so that several processes can share a series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.generated.differential import Outcome, Verdict, examine
from tests.generated.scripts import Script, generate
from tests.generated.vendors import World
from tests.generated.worlds import worlds_for

_CHUNK = 8


@dataclass(frozen=True)
class Case:
    """A script of the series, its worlds, and the outcome in each."""

    number: int
    script: Script
    worlds: tuple[World, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its outcomes: equal only if it states no gap and is equal in every world."""
        verdicts = {one.verdict for one in self.outcomes}
        return "SILENT" if "SILENT" in verdicts else "gap" if "gap" in verdicts else "equal"

    @property
    def gapped(self) -> bool:
        """True if the extractor states a gap anywhere in the script, whether a run comes to it or not."""
        return any(one.gaps for one in self.outcomes)


def made(seed: int, number: int) -> tuple[Script, tuple[World, ...]]:
    """The script of this number and its worlds."""
    random = Random(f"{seed}/{number}")
    script = generate(random)
    return script, worlds_for(script, random)


def examined_one(seed: int, number: int) -> Case:
    """The case of this number."""
    script, worlds = made(seed, number)
    return Case(number, script, worlds, tuple(examine(script, worlds)))


def examined(seed: int, count: int, first: int = 0, processes: int = 1) -> Iterator[Case]:
    """The cases of a series, in order; made by so many processes, one interpreter each."""
    numbers = range(first, first + count)
    if processes == 1:
        yield from map(partial(examined_one, seed), numbers)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(examined_one, seed), numbers, chunksize=_CHUNK)


@dataclass
class Tally:
    """What a series came to. `causes` counts scripts by message of a gap, `first` by that of the first gap."""

    scripts: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[str]] = field(default_factory=dict)
    clear: Counter[bool] = field(default_factory=Counter)
    gapped: Counter[bool] = field(default_factory=Counter)

    def add(self, case: Case) -> None:
        """Counts the case."""
        self.scripts += 1
        self.verdicts[case.verdict] += 1
        for one in case.outcomes:
            when = "after writes" if one.writes else "before a write"
            self.runs[f"failed {when}" if one.ended else "ended well"] += 1
        gaps = tuple(dict.fromkeys(gap for one in case.outcomes for gap in one.gaps))
        self.causes.update({gap.message for gap in gaps})
        (self.gapped if case.gapped else self.clear)[case.script.twisted] += 1
        if gaps:
            self.first[gaps[0].message] += 1
            self.lines.setdefault(gaps[0].message, []).append(gaps[0].line)

    def without_gap(self, *twisted: bool) -> float:
        """The share of the scripts, plain or twisted or both, without any gap."""
        clear = sum(self.clear[kind] for kind in twisted)
        return clear / max(1, clear + sum(self.gapped[kind] for kind in twisted))

    @property
    def share(self) -> float:
        """The share of all scripts that run without any `Unmapped`."""
        return self.without_gap(False, True)

    def __str__(self) -> str:
        verdicts = ", ".join(f"{name} {self.verdicts[name]}" for name in ("equal", "gap", "SILENT"))
        runs = ", ".join(f"{name} {count}" for name, count in sorted(self.runs.items()))
        text = [
            f"{self.scripts} scripts: {verdicts}",
            f"runs without any Unmapped: {self.share:.3f} of all"
            f" (plain {self.without_gap(False):.3f}, twisted {self.without_gap(True):.3f})",
            f"runs: {runs}",
        ]
        if self.first:
            text.append("gaps (scripts where it comes first, scripts that have it, message, lines):")
        for message, count in self.first.most_common(40):
            text.append(f"{count:5} {self.causes[message]:5}  {message}")
            text += [f"               {line[:130]}" for line in dict.fromkeys(self.lines[message][:60])][:6]
        return "\n".join(text)
