"""All mutants of all flows, several processes at a time, and what came of them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from migrate.shadow.kernel import die_with_parent
from tests.conformance.cases import Fixture, fixtures
from tests.mutation.arguments import argument_for, arguments
from tests.mutation.baseline import Baseline
from tests.mutation.code import digest_of_judging, digest_of_making, digest_of_sending
from tests.mutation.hunt import Finding, Hunted
from tests.mutation.plan import Input, Mutant
from tests.mutation.store import Store, digest, name_of
from tests.mutation.subject import Subject
from tests.mutation.yardsticks import Dropped

MOST_SURVIVORS = 0.05
"""Share of all mutants that may do no harm that was seen, each argued."""
_CHUNK = 150
"""Mutants that run in one sandbox; what was found is kept after each."""


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
    inputs: int = 0
    """On how many inputs mutants are judged."""
    dropped: tuple[Dropped, ...] = ()
    disagreeing: tuple[Dropped, ...] = ()
    """Inputs on which the flow itself differs from the script or the reference."""
    clean: bool = True
    """Whether the flow itself did among the mutants what it does alone."""
    runs: int = 0
    """How often an engine ran it; what was kept of an earlier campaign does not run."""
    seconds: float = 0.0
    """Of all processes together."""
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


@dataclass(frozen=True)
class Settings:
    """How a campaign is run."""

    cache: Path
    every: int = 1
    most_inputs: int | None = None
    thorough: bool = False
    sending: str = field(default_factory=digest_of_sending)
    judging: str = field(default_factory=digest_of_judging)
    making: str = field(default_factory=digest_of_making)


def subjects(names: Sequence[str] = ()) -> list[Fixture]:
    """The fixtures of these names, or all whose flow can be mutated."""
    return [
        one
        for one in fixtures()
        if (not names or one.name in names) and not one.case.gaps and "node-red" not in one.case.losses
    ]


@dataclass(frozen=True)
class Prepared:
    """A flow whose mutants can run: its baseline is kept under the name."""

    store: str
    mutants: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    baseline: Baseline
    seconds: float


@dataclass
class _Open:
    """A flow under way."""

    prepared: Prepared
    kept: Store
    names: dict[str, str]
    findings: dict[str, Finding]
    clean: bool = True
    runs: int = 0
    seconds: float = 0.0


def campaign(
    chosen: Sequence[Fixture],
    settings: Settings,
    *,
    processes: int = 2,
    progress: Callable[[FlowResult], None] = lambda done: None,
    running: Callable[[str, int, int], None] = lambda name, done, whole: None,
) -> list[FlowResult]:
    """Mutates the flows. `running` is told how many of a flow's mutants are done, `progress` what came of a flow."""
    done: dict[str, FlowResult] = {}
    flows = deque(one.name for one in chosen)
    chunks: deque[tuple[str, tuple[Mutant, ...]]] = deque()
    under_way: dict[str, _Open] = {}
    preparing: dict[Future[Prepared], str] = {}
    hunting: dict[Future[tuple[Hunted, float]], str] = {}
    with ProcessPoolExecutor(processes, initializer=die_with_parent) as pool:
        while len(done) < len(chosen):
            # A flow that is begun comes before the next, so that what was found is kept flow by flow.
            while (chunks or flows) and len(preparing) + len(hunting) < processes:
                if chunks:
                    name, chunk = chunks.popleft()
                    store = under_way[name].prepared.store
                    hunting[pool.submit(hunted, name, store, chunk, settings)] = name
                else:
                    name = flows.popleft()
                    preparing[pool.submit(prepare, name, settings)] = name
            futures: list[Future[Any]] = [*preparing, *hunting]
            for future in wait(futures, return_when=FIRST_COMPLETED).done:
                if future in preparing:
                    name = preparing.pop(future)
                    flow = under_way[name] = _opened(future.result(), settings)
                    chunks += [(name, chunk) for chunk in _chunks(flow)]
                else:
                    name = hunting.pop(future)
                    flow = under_way[name]
                    _take(flow, *future.result())
                running(name, len(flow.findings), len(flow.names))
                if len(flow.findings) == len(flow.names):
                    done[name] = _result(name, under_way.pop(name))
                    progress(done[name])
    return [done[one.name] for one in chosen]


def prepare(flow: str, settings: Settings) -> Prepared:
    """The flow's mutants and its baseline, kept or made."""
    began = time.monotonic()
    subject = _subject(flow)
    inputs = _inputs(subject, settings)
    name = subject.name_of(inputs, thorough=settings.thorough, sending=settings.sending)
    store = Store(settings.cache, name)
    baseline: Baseline | None = store.baseline()
    if baseline is None:
        yardsticks, dropped = subject.yardsticks(inputs, thorough=settings.thorough)
        baseline = subject.baseline(yardsticks)
        baseline.dropped += dropped
        store.keep_baseline(baseline, settings.judging)
    else:
        baseline.runs = 0
        if store.judged() != settings.judging:
            baseline.judge(subject.comparing())
            findings = store.findings()
            anew = {
                one: found.judged_anew(baseline.bases, subject.comparing()) for one, found in findings.items()
            }
            store.replace({one: found for one, found in anew.items() if found is not None})
            store.keep_baseline(baseline, settings.judging)
    proved = tuple(one for one in subject.changes if one.proof is not None)
    return Prepared(name, subject.mutants[:: settings.every], proved, baseline, time.monotonic() - began)


def _inputs(subject: Subject, settings: Settings) -> list[tuple[Input, bool]]:
    """The inputs, kept or made anew: the search for them rehearses many."""
    name = digest(settings.making, list(subject.recorded()), *subject.given())
    store = Store(settings.cache, name)
    found: list[tuple[Input, bool]] | None = store.inputs()
    if found is None:
        found = subject.inputs()
        store.keep_inputs(found)
    recorded = [one for one in found if not one[1]]
    return found if settings.most_inputs is None else found[: len(recorded) + settings.most_inputs]


def hunted(flow: str, store: str, mutants: Sequence[Mutant], settings: Settings) -> tuple[Hunted, float]:
    """What becomes of some of a flow's mutants, and how many seconds it took."""
    began = time.monotonic()
    baseline: Baseline = Store(settings.cache, store).baseline()
    return _subject(flow).hunt(baseline.bases, mutants), time.monotonic() - began


@lru_cache(maxsize=2)
def _subject(flow: str) -> Subject:
    return Subject(next(one for one in fixtures() if one.name == flow))


def _opened(prepared: Prepared, settings: Settings) -> _Open:
    store, given = Store(settings.cache, prepared.store), arguments()
    inputs = digest([one.name for one in prepared.baseline.bases])
    names = {
        one.id: name_of(one, inputs, argued=argument_for(one, given) is not None) for one in prepared.mutants
    }
    kept = store.findings()
    findings = {one: kept[name] for one, name in names.items() if name in kept}
    return _Open(prepared, store, names, findings, runs=prepared.baseline.runs, seconds=prepared.seconds)


def _chunks(flow: _Open) -> list[tuple[Mutant, ...]]:
    left = [one for one in flow.prepared.mutants if one.id not in flow.findings]
    return [tuple(left[at : at + _CHUNK]) for at in range(0, len(left), _CHUNK)]


def _take(flow: _Open, found: Hunted, seconds: float) -> None:
    flow.clean &= found.clean
    flow.runs += found.runs
    flow.seconds += seconds
    flow.findings |= {one.mutant: one for one in found.findings}
    if found.clean:
        flow.kept.keep({flow.names[one.mutant]: one for one in found.findings})


def _result(name: str, flow: _Open) -> FlowResult:
    given = arguments()
    findings, baseline = flow.findings, flow.prepared.baseline
    results = tuple(
        Result(one, findings[one.id], None if findings[one.id].harmful else argument_for(one, given))
        for one in flow.prepared.mutants
    )
    return FlowResult(
        name,
        results,
        len(baseline.bases),
        tuple(baseline.dropped),
        tuple(baseline.disagreeing),
        flow.clean,
        flow.runs,
        flow.seconds,
        flow.prepared.equivalent,
    )
