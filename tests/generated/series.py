"""A series of generated scripts, each with the worlds that it is run in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.generated.differential import Outcome, Verdict, examine
from tests.generated.scripts import Script, generate
from tests.generated.vendors import World, world


@dataclass(frozen=True)
class Case:
    """A script of the series, its worlds, and the outcome in each."""

    number: int
    script: Script
    worlds: tuple[World, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its outcomes."""
        verdicts = {one.verdict for one in self.outcomes}
        return "SILENT" if "SILENT" in verdicts else "gap" if "gap" in verdicts else "equal"


def examined(seed: int, count: int, first: int = 0) -> Iterator[Case]:
    """The cases of a series; a case depends on the seed and its own number alone."""
    for number in range(first, first + count):
        random = Random(f"{seed}/{number}")
        script = generate(random)
        worlds = worlds_for(script, random)
        yield Case(number, script, worlds, tuple(examine(script, worlds)))


def worlds_for(script: Script, random: Random) -> tuple[World, ...]:
    """Four worlds: clean, slightly odd, odd, and one in which an answer is out of order."""
    entity = script.api.entity
    return (
        world(entity, random, 0.0, False),
        world(entity, random, 0.03, False),
        world(entity, random, 0.15, False),
        world(entity, random, 0.01, True),
    )


@dataclass
class Tally:
    """What a series came to. `causes` counts scripts by message of a gap, `first` by that of the first gap."""

    scripts: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    beside: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[str]] = field(default_factory=dict)
    clear: Counter[bool] = field(default_factory=Counter)
    gapped: Counter[bool] = field(default_factory=Counter)

    def add(self, case: Case) -> None:
        """Counts the case."""
        self.scripts += 1
        self.verdicts[case.verdict] += 1
        self.beside += any(one.detail for one in case.outcomes if one.verdict == "gap")
        for one in case.outcomes:
            when = "after writes" if one.writes else "before a write"
            self.runs[f"failed {when}" if one.ended else "ended well"] += 1
        gaps = tuple(dict.fromkeys(gap for one in case.outcomes for gap in one.gaps))
        self.causes.update({gap.message for gap in gaps})
        (self.gapped if gaps else self.clear)[case.script.twisted] += 1
        if gaps:
            self.first[gaps[0].message] += 1
            self.lines.setdefault(gaps[0].message, []).append(gaps[0].line)

    def without_gap(self, twisted: bool) -> float:
        """The share of the plain or of the twisted scripts without any gap."""
        return self.clear[twisted] / max(1, self.clear[twisted] + self.gapped[twisted])

    def __str__(self) -> str:
        verdicts = ", ".join(f"{name} {self.verdicts[name]}" for name in ("equal", "gap", "SILENT"))
        runs = ", ".join(f"{name} {count}" for name, count in sorted(self.runs.items()))
        text = [
            f"{self.scripts} scripts: {verdicts}; {self.beside} differ beside a gap that they state",
            f"share without any gap: plain {self.without_gap(False):.3f}, twisted {self.without_gap(True):.3f}",
            f"runs: {runs}",
            "gaps (scripts where it comes first, scripts that have it, message, lines):",
        ]
        for message, count in self.first.most_common(40):
            text.append(f"{count:5} {self.causes[message]:5}  {message}")
            text += [f"               {line[:130]}" for line in dict.fromkeys(self.lines[message][:60])][:6]
        return "\n".join(text)
