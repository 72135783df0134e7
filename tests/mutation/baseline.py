"""What the unmutated flow does with the inputs: what each mutant is held against."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from migrate.shadow.verdict import LegResult
from tests.mutation.inside import Job
from tests.mutation.plan import Capture, Outcome
from tests.mutation.verdicts import Comparing, of_hook, says_different
from tests.mutation.yardsticks import Dropped, Yardstick

_CPU = 20_000
"""Milliseconds of the processor that a run of the flow itself may take."""


@dataclass(frozen=True)
class Base:
    """What the unmutated flow does with an input."""

    yardstick: Yardstick
    capture: Capture
    reached: frozenset[str]
    """Ids of the nodes that got a message."""
    messages: int

    @property
    def name(self) -> str:
        """The input's name."""
        return self.yardstick.input.name

    def again(self) -> Job:
        """The run of the flow itself."""
        return unmutated(self.yardstick)


@dataclass
class Baseline:
    """What came of all inputs."""

    ran: list[Base] = field(default_factory=list)
    """Where two runs of the flow sent the same."""
    bases: list[Base] = field(default_factory=list)
    """Those of them on which the flow does what the script and the reference do."""
    dropped: list[Dropped] = field(default_factory=list)
    disagreeing: list[Dropped] = field(default_factory=list)
    """Inputs on which the flow differs from the script or the reference."""
    legs: dict[str, LegResult] = field(default_factory=dict)
    """The runs by input, as the verdict takes them."""
    details: dict[str, str] = field(default_factory=dict)
    """What the engine logged last, by input."""
    runs: int = 0

    def judge(self, comparing: Comparing) -> None:
        """Tells the inputs on which mutants are judged from those on which the flow itself differs."""
        odd = {one.name: self._odd(one.yardstick, comparing) for one in self.ran}
        self.disagreeing = [one for one in odd.values() if one is not None]
        self.bases = [one for one in self.ran if odd[one.name] is None]

    def _odd(self, yardstick: Yardstick, comparing: Comparing) -> Dropped | None:
        name = yardstick.input.name
        for leg in (yardstick.legacy, *([yardstick.reference] if yardstick.reference else [])):
            codes = says_different(comparing.judged(leg, self.legs[name]))
            if codes:
                said = f" ({self.details[name]})" if self.details[name] else ""
                return Dropped(name, f"{leg.name} and node-red: {', '.join(codes)}{said}")
        return None


def unmutated(yardstick: Yardstick) -> Job:
    """A run of the flow itself."""
    return Job(yardstick.input, {"nodes": {}, "most": 1_000_000, "cpu": _CPU})


def capture_of(outcome: Outcome, *, concurrent: bool) -> Capture:
    """The bytes that count."""
    capture = outcome.capture
    ended = capture.ended if capture.ended in (None, "clean", "served") else "failed"
    capture = replace(capture, ended=ended)
    return capture.unordered() if concurrent else capture


class Baselines:
    """Runs the flow twice on each input."""

    def __init__(self, yardsticks: Sequence[Yardstick], comparing: Comparing, *, concurrent: bool) -> None:
        self._yardsticks = tuple(yardsticks)
        self._comparing = comparing
        self._concurrent = concurrent
        self._done = Baseline()

    def jobs(self) -> Generator[Job, Outcome, None]:
        """The runs, one after the other."""
        for yardstick in self._yardsticks:
            outcome = of_hook((yield unmutated(yardstick)), yardstick.input)
            self._done.runs += 1
            name = yardstick.input.name
            self._done.legs[name] = self._comparing.leg("node-red", outcome)
            self._done.details[name] = outcome.detail
            again = of_hook((yield unmutated(yardstick)), yardstick.input)
            self._done.runs += 1
            first, second = (capture_of(one, concurrent=self._concurrent) for one in (outcome, again))
            if first == second:
                self._done.ran.append(Base(yardstick, first, outcome.reached, outcome.messages))
            else:
                self._done.dropped.append(Dropped(name, "two runs of the flow itself differ"))
        self._done.judge(self._comparing)

    def results(self) -> Baseline:
        """What was found."""
        return self._done
