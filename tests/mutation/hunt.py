"""The runs of the mutants, on which inputs and in which order.

The order is told by the mutant and the flow itself alone, not by what became of other mutants, so that the same is
found whether all mutants are run or some, in one process or in several. A mutant runs until it is detected: first on
the few inputs that are most likely to show it. What is left is tried beside a run of the flow itself on each input
(`probe.js`): where the changed node does the same with all its messages, the mutant is the flow itself and is not run.
"""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from tests.mutation.baseline import Base, capture_of
from tests.mutation.inside import Job
from tests.mutation.plan import Mutant, Node, Outcome
from tests.mutation.probing import tried_beside
from tests.mutation.verdicts import Comparing, of_hook, says_different

_FIRST = 3
"""On how many inputs a mutant is run before it is tried beside runs of the flow itself."""
_ARGUED = 15
"""On how many inputs a mutant is run of which it is argued that it does no harm; others on all that could show it."""
_ROOM = 200
"""Messages that a mutant may deliver beyond three times those of the flow itself."""
_MORE_REQUESTS = 40
"""Requests that it may send beyond three times those of the flow itself."""
_CPU = 2500
"""Milliseconds of the processor that a mutant may take: a run of the flow itself takes some tens."""


@dataclass
class Finding:
    """What became of a mutant: the first input on which it did harm, and on which the shadow run said so."""

    mutant: str
    harmful: str | None = None
    detected: str | None = None
    codes: tuple[str, ...] = ()
    reached: int = 0
    """On how many inputs a changed node gets a message; on all others the mutant is the flow itself."""
    different: int | None = None
    """On how many of them the changed node did something else; None where that was not tried."""
    passed_over: list[str] = field(default_factory=list)
    """Inputs on which its bytes differed and the shadow run did not say so."""
    evidence: bytes = b""
    """The run that was detected, as the verdict takes it, so that it can be judged anew."""

    def judged_anew(self, bases: Sequence[Base], comparing: Comparing) -> Finding | None:
        """The same finding, where what was sent says it still; None where the mutant has to run again."""
        if self.harmful is None:
            return self
        base = next((one for one in bases if one.name == self.detected), None)
        if base is None:
            return None
        try:
            leg = pickle.loads(zlib.decompress(self.evidence))
        except (AttributeError, EOFError, TypeError, ValueError, pickle.UnpicklingError, zlib.error):
            return None
        codes = says_different(comparing.judged(base.yardstick.legacy, leg))
        return replace(self, codes=codes) if codes else None


@dataclass
class Hunted:
    """What came of a hunt."""

    findings: list[Finding] = field(default_factory=list)
    clean: bool = True
    """Whether the unmutated flow did before and after all mutants what it did alone."""
    runs: int = 0


class Hunt:
    """Runs each mutant until it is detected."""

    def __init__(
        self,
        bases: Sequence[Base],
        mutants: Sequence[Mutant],
        flow: Sequence[Node],
        comparing: Comparing,
        argued: frozenset[str],
        *,
        concurrent: bool,
    ) -> None:
        self._bases = tuple(bases)
        self._mutants = tuple(mutants)
        self._flow = {str(node["id"]): node for node in flow}
        self._comparing = comparing
        self._argued = argued
        self._concurrent = concurrent
        self._done = Hunted()

    def jobs(self) -> Generator[Job, Outcome, None]:
        """The runs, one after the other."""
        if self._bases:
            yield from self._unmutated()
        left: list[tuple[Mutant, Finding, list[Base]]] = []
        for mutant in self._mutants:
            found = Finding(mutant.id)
            self._done.findings.append(found)
            order = _ordered(self._bases, mutant)
            found.reached = len(order)
            yield from self._run(mutant, found, order[:_FIRST])
            if found.detected is None and len(order) > _FIRST:
                left.append((mutant, found, order[_FIRST:]))
        different = yield from self._tried([mutant for mutant, _, _ in left])
        for mutant, found, order in left:
            if mutant.id in different:
                found.different = len(different[mutant.id])
                order = [base for base in order if base.name in different[mutant.id]]
            most = _ARGUED - _FIRST if mutant.id in self._argued else None
            yield from self._run(mutant, found, order[:most])
        if self._bases:
            yield from self._unmutated()

    def _unmutated(self) -> Generator[Job, Outcome, None]:
        """Nothing of the mutants is in the process: the flow itself does what it does alone."""
        base = self._bases[0]
        outcome = yield from self._ran(base, base.again())
        self._done.clean &= capture_of(outcome, concurrent=self._concurrent) == base.capture

    def _run(self, mutant: Mutant, found: Finding, order: Sequence[Base]) -> Generator[Job, Outcome, None]:
        """Runs a mutant on the inputs until it is detected."""
        for base in order:
            job = Job(
                base.yardstick.input,
                {"nodes": dict(mutant.nodes), "most": 3 * base.messages + _ROOM, "cpu": _CPU},
                most_requests=3 * len(base.capture.requests) + _MORE_REQUESTS,
            )
            outcome = yield from self._ran(base, job)
            if capture_of(outcome, concurrent=self._concurrent) == base.capture:
                continue
            leg = self._comparing.leg("node-red", outcome)
            codes = says_different(self._comparing.judged(base.yardstick.legacy, leg))
            found.harmful = found.harmful or base.name
            if codes:
                found.detected, found.codes = base.name, codes
                found.evidence = zlib.compress(pickle.dumps(leg))
                return
            found.passed_over.append(base.name)

    def _tried(self, left: Sequence[Mutant]) -> Generator[Job, Outcome, dict[str, set[str]]]:
        """By mutant, the inputs on which its node did something else; only mutants that could be tried are named."""
        if self._concurrent or any(base.yardstick.input.recording.incoming for base in self._bases):
            return {}
        trials = {one.id: trial for one in left if (trial := tried_beside(one, self._flow)) is not None}
        different: dict[str, set[str]] = {name: set() for name in trials}
        for base in self._bases:
            tried: dict[str, list[tuple[str, str]]] = {}
            for name, (node, func) in trials.items():
                if node in base.reached:
                    tried.setdefault(node, []).append((name, func))
            if not tried:
                continue
            job = base.again()
            outcome = yield from self._ran(base, Job(job.input, {**job.order, "tried": tried}))
            if capture_of(outcome, concurrent=self._concurrent) != base.capture:
                # What was tried reached the run: nothing that it says can be believed.
                self._done.clean = False
                return {}
            for name in outcome.different:
                different[name].add(base.name)
        return different

    def _ran(self, base: Base, job: Job) -> Generator[Job, Outcome, Outcome]:
        outcome = yield job
        self._done.runs += 1
        return of_hook(outcome, base.yardstick.input)

    def results(self) -> Hunted:
        """What was found."""
        return self._done


def _ordered(bases: Sequence[Base], mutant: Mutant) -> list[Base]:
    """The inputs that reach the mutant: first the one that reaches most, then those that vary what its nodes name."""
    found = [one for one in bases if one.reached & mutant.nodes.keys() or mutant.starts]
    if not found:
        return []
    text = json.dumps([mutant.node, {one: held and held.get("func") for one, held in mutant.nodes.items()}])
    widest = max(found, key=lambda one: (len(one.reached), -one.messages))

    def rank(one: Base) -> tuple[int, int]:
        about = one.yardstick.input.about
        relevant = any(f'"{name}' in text or f"/{name}" in text for name in about)
        return (0 if one is widest else 1 if relevant else 2), one.messages

    return sorted(found, key=rank)
