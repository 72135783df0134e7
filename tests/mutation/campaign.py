"""All mutants of all flows, several flows at a time, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from tests.conformance.cases import Fixture, fixtures
from tests.mutation.arguments import argument_for, arguments
from tests.mutation.hunt import Finding, Hunted
from tests.mutation.plan import Mutant
from tests.mutation.subject import Subject

MOST_SURVIVORS = 0.05
"""Share of all mutants that may do no harm that was seen, each argued."""


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    mutant: Mutant
    finding: Finding
    reason: str | None
    """Of a survivor: why it does no harm; None where nobody has said it."""

    @property
    def survives(self) -> bool:
        """Whether it did no harm, or harm that was not seen."""
        return self.finding.harmful is None or self.finding.detected is None


@dataclass(frozen=True)
class FlowResult:
    """What became of a flow's mutants."""

    name: str
    results: tuple[Result, ...]
    hunted: Hunted
    seconds: float
    equivalent: tuple[Mutant, ...] = ()
    """Of the whole flow: what is proved to change nothing, and is no mutant."""

    @property
    def harmful(self) -> int:
        """How many sent other bytes on some input."""
        return sum(one.finding.harmful is not None for one in self.results)

    @property
    def detected(self) -> int:
        """How many of these the shadow run found."""
        return sum(
            one.finding.harmful is not None and one.finding.detected is not None for one in self.results
        )

    @property
    def survivors(self) -> tuple[Result, ...]:
        """Those that survived."""
        return tuple(one for one in self.results if one.survives)


def subjects(names: Sequence[str] = ()) -> list[Fixture]:
    """The fixtures of these names, or all whose flow can be mutated."""
    return [
        one
        for one in fixtures()
        if (not names or one.name in names) and not one.case.gaps and "node-red" not in one.case.losses
    ]


def campaign(
    chosen: Sequence[Fixture],
    *,
    processes: int = 2,
    every: int = 1,
    most_inputs: int | None = None,
    thorough: bool = False,
    progress: Callable[[FlowResult], None] = lambda done: None,
) -> list[FlowResult]:
    """Mutates the flows, those that take longest first; every n-th mutant of each where `every` is n."""
    done: dict[str, FlowResult] = {}
    with ProcessPoolExecutor(max_workers=processes) as pool:
        ordered = sorted(chosen, key=lambda one: -len(one.case.runs))
        waiting = [pool.submit(mutated, one, every, most_inputs, thorough) for one in ordered]
        for future in as_completed(waiting):
            found = future.result()
            done[found.name] = found
            progress(found)
    return [done[one.name] for one in chosen]


def mutated(fixture: Fixture, every: int, most_inputs: int | None, thorough: bool) -> FlowResult:
    """What becomes of one flow's mutants."""
    began = time.monotonic()
    subject = Subject(fixture)
    yardsticks, dropped = subject.yardsticks(subject.inputs(most_inputs), thorough=thorough)
    chosen = subject.mutants[::every]
    hunted = subject.hunt(yardsticks, chosen)
    hunted.dropped += dropped
    findings = {one.mutant: one for one in hunted.findings}
    given = arguments()
    results = tuple(
        Result(one, findings[one.id], None if findings[one.id].harmful else argument_for(one, given))
        for one in chosen
        if one.id in findings
    )
    proved = tuple(one for one in subject.changes if one.proof is not None)
    return FlowResult(fixture.name, results, hunted, time.monotonic() - began, proved)
