"""What runs in the sandbox, in which order: the yardsticks of the inputs, then the mutants on them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from migrate.shadow.recording import Recorded
from migrate.shadow.verdict import LegResult
from tests.mutation.inside import Job
from tests.mutation.plan import Capture, Input, Mutant, Outcome
from tests.mutation.verdicts import Comparing, says_different

_ARGUED = 15
"""On how many inputs a mutant is run of which it is argued that it does no harm; any other on all that reach it."""
_ROOM = 500
"""Messages that a mutant may deliver beyond four times those of the flow itself."""


@dataclass(frozen=True)
class Yardstick:
    """An input, and what the script and the reference runner do with it."""

    input: Input
    legacy: LegResult
    reference: LegResult | None
    """None where only the script was run."""


@dataclass(frozen=True)
class Dropped:
    """An input on which nothing can be judged, and why."""

    name: str
    reason: str


class Yardsticks:
    """Runs the script, and on recorded inputs the reference; on made ones, unknown requests are answered too."""

    def __init__(self, inputs: Sequence[tuple[Input, bool]], comparing: Comparing, *, thorough: bool) -> None:
        self._thorough = thorough
        self._left = list(inputs)
        self._comparing = comparing
        self._job: tuple[Input, bool] | None = None
        self._legacy: LegResult | None = None
        self._seen: set[tuple[object, ...]] = set()
        self.found: list[Yardstick] = []
        self.dropped: list[Dropped] = []

    def next(self) -> Job | None:
        """The next run."""
        if self._job is not None:
            return Job(self._job[0], {"leg": "reference"})
        if not self._left:
            return None
        self._job = self._left.pop(0)
        return Job(self._job[0], {"leg": "legacy"}, lenient=self._job[1])

    def ended(self, outcome: Outcome) -> None:
        """Takes what came of it."""
        assert self._job is not None
        given, made = self._job
        name = "legacy" if self._legacy is None else "reference"
        leg = self._comparing.leg(name, _of_hook(outcome, given))
        if name == "reference":
            assert self._legacy is not None
            legacy, self._legacy, self._job = self._legacy, None, None
            if leg.state == "not-run" or outcome.capture.ended == "exit 3":
                self.dropped.append(Dropped(given.name, f"the reference runner: {outcome.capture.ended}"))
            else:
                self.found.append(Yardstick(given, legacy, leg))
            return
        key = (outcome.sent, outcome.capture, tuple(given.files.items()), tuple(given.environment.items()))
        if outcome.capture.ended in (None, "timed out") or (made and key in self._seen):
            why = "the same as another" if key in self._seen else "the script did not end"
            self.dropped.append(Dropped(given.name, why))
            self._job = None
            return
        self._seen.add(key)
        if made:
            recorded = tuple(
                Recorded(f"made[{one.sequence}]", one.request, one.answer) for one in outcome.sent
            )
            given = replace(given, recording=replace(given.recording, exchanges=recorded))
        if made and not self._thorough:
            self.found.append(Yardstick(given, leg, None))
            self._job = None
            return
        self._legacy = leg
        self._job = given, made

    def results(self) -> tuple[list[Yardstick], list[Dropped]]:
        """The yardsticks, and the inputs that gave none."""
        return self.found, self.dropped


@dataclass
class Finding:
    """What became of a mutant: the first input on which it did harm, and on which the shadow run said so."""

    mutant: str
    harmful: str | None = None
    detected: str | None = None
    codes: tuple[str, ...] = ()
    reached: int = 0
    """On how many inputs a changed node gets a message; on all others the mutant is the flow itself."""
    passed_over: list[str] = field(default_factory=list)
    """Inputs on which its bytes differed and the shadow run did not say so."""


@dataclass
class Hunted:
    """What came of a hunt."""

    findings: list[Finding] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    disagreeing: list[Dropped] = field(default_factory=list)
    """Inputs on which the unmutated flow differs from the script or the reference."""
    clean: bool = False
    """Whether the unmutated flow did the same again at the end."""
    runs: int = 0
    inputs: int = 0
    legs: dict[str, LegResult] = field(default_factory=dict)
    """The unmutated runs by input, as the verdict takes them."""


@dataclass(frozen=True)
class _Base:
    """What the unmutated flow does with an input."""

    yardstick: Yardstick
    capture: Capture
    reached: frozenset[str]
    messages: int


class Hunt:
    """Runs the unmutated flow twice on each input, then each mutant until it is detected."""

    def __init__(
        self,
        yardsticks: Sequence[Yardstick],
        mutants: Sequence[Mutant],
        comparing: Comparing,
        argued: frozenset[str],
        *,
        concurrent: bool,
    ) -> None:
        self._yardsticks = list(yardsticks)
        self._mutants = list(mutants)
        self._comparing = comparing
        self._concurrent = concurrent
        self._base: list[_Base] = []
        self._order: list[_Base] = []
        self._first: Capture | None = None
        self._last = False
        self._kills: Counter[str] = Counter()
        self._argued = argued
        self._finding: Finding | None = None
        self.done = Hunted()

    def next(self) -> Job | None:
        """The next run."""
        if self._yardsticks:
            return Job(self._yardsticks[0].input, {"nodes": {}, "most": 1_000_000})
        if self._finding is None:
            self._begin()
        if self._finding is None and self._base and not self._last:
            # Nothing of all the mutants is left in the process: the flow itself does what it did.
            self._last = True
            return Job(self._base[0].yardstick.input, {"nodes": {}, "most": 1_000_000})
        if self._finding is None:
            return None
        base = self._order[0]
        order = {"nodes": dict(self._mutants[0].nodes), "most": 4 * base.messages + _ROOM}
        return Job(base.yardstick.input, order)

    def _begin(self) -> None:
        """Takes up the next mutant that any input reaches."""
        while self._mutants:
            found = Finding(self._mutants[0].id)
            self._order = _ordered(self._base, self._mutants[0], self._kills)[
                : _ARGUED if self._mutants[0].id in self._argued else None
            ]
            found.reached = len(self._order)
            if self._order:
                self._finding = found
                return
            self.done.findings.append(found)
            self._mutants.pop(0)

    def ended(self, outcome: Outcome) -> None:
        """Takes what came of it."""
        self.done.runs += 1
        if self._yardsticks:
            self._based(outcome)
            return
        if self._last:
            again = self._capture(_of_hook(outcome, self._base[0].yardstick.input))
            self.done.clean = again == self._base[0].capture
            return
        assert self._finding is not None
        base = self._order.pop(0)
        yardstick = base.yardstick
        outcome = _of_hook(outcome, yardstick.input)
        found = self._finding
        if self._capture(outcome) != base.capture:
            codes = says_different(self._comparing.judged(yardstick.legacy, outcome))
            found.harmful = found.harmful or yardstick.input.name
            if codes:
                found.detected, found.codes = yardstick.input.name, codes
                self._kills[yardstick.input.name] += 1
            else:
                found.passed_over.append(yardstick.input.name)
        if found.detected or not self._order:
            self.done.findings.append(found)
            self._finding = None
            self._mutants.pop(0)

    def _based(self, outcome: Outcome) -> None:
        yardstick = self._yardsticks[0]
        outcome = _of_hook(outcome, yardstick.input)
        capture = self._capture(outcome)
        if self._first is None:
            self._first = capture
            self.done.legs[yardstick.input.name] = self._comparing.leg("node-red", outcome)
            for leg in (yardstick.legacy, *([yardstick.reference] if yardstick.reference else [])):
                codes = says_different(self._comparing.judged(leg, outcome))
                if codes:
                    said = f" ({outcome.detail})" if outcome.detail else ""
                    why = f"{leg.name} and node-red: {', '.join(codes)}{said}"
                    self.done.disagreeing.append(Dropped(yardstick.input.name, why))
                    break
            else:
                return
        elif self._first == capture:
            self._base.append(_Base(yardstick, capture, outcome.reached, outcome.messages))
        else:
            self.done.dropped.append(Dropped(yardstick.input.name, "two runs of the flow itself differ"))
        self._first = None
        self._yardsticks.pop(0)
        self.done.inputs = len(self._base)

    def _capture(self, outcome: Outcome) -> Capture:
        capture = outcome.capture
        ended = capture.ended if capture.ended in (None, "clean", "served") else "failed"
        capture = replace(capture, ended=ended)
        return capture.unordered() if self._concurrent else capture

    def results(self) -> Hunted:
        """What was found."""
        return self.done


def _ordered(base: Sequence[_Base], mutant: Mutant, kills: Counter[str]) -> list[_Base]:
    """The inputs that reach the mutant: first the one that found most, then those that vary what its nodes name."""
    text = json.dumps([mutant.node, {one: held and held.get("func") for one, held in mutant.nodes.items()}])

    found = [one for one in base if one.reached & mutant.nodes.keys() or mutant.starts]
    best = max((kills[one.yardstick.input.name] for one in found), default=0)

    def rank(one: _Base) -> tuple[int, int, int]:
        about = one.yardstick.input.about
        relevant = any(f'"{name}' in text or f"/{name}" in text for name in about)
        killed = kills[one.yardstick.input.name]
        return (0 if killed and killed == best else 1 if relevant else 2), -killed, one.messages

    return sorted(found, key=rank)


def _of_hook(outcome: Outcome, given: Input) -> Outcome:
    """A flow that takes in requests has done its work when it has answered all of them."""
    incoming = given.recording.incoming
    if not incoming or outcome.capture.ended is None:
        return outcome
    ended = "served" if len(outcome.answers) == len(incoming) else "failed"
    return replace(outcome, capture=replace(outcome.capture, ended=ended))
