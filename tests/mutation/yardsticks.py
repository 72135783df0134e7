"""What the script, and where asked for the reference runner, do with the inputs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from migrate.shadow.recording import Recorded
from migrate.shadow.verdict import LegResult
from tests.mutation.inside import Job
from tests.mutation.plan import Input, Outcome
from tests.mutation.verdicts import Comparing, of_hook


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
        self._inputs = tuple(inputs)
        self._comparing = comparing
        self._seen: set[tuple[object, ...]] = set()
        self._found: list[Yardstick] = []
        self._dropped: list[Dropped] = []

    def jobs(self) -> Generator[Job, Outcome, None]:
        """The runs, one after the other."""
        for given, made in self._inputs:
            outcome = yield Job(given, {"leg": "legacy"}, lenient=made)
            key = (
                outcome.sent,
                outcome.capture,
                *(tuple(one.items()) for one in (given.files, given.environment)),
            )
            if outcome.capture.ended in (None, "timed out") or (made and key in self._seen):
                why = "the same as another" if key in self._seen else "the script did not end"
                self._dropped.append(Dropped(given.name, why))
                continue
            self._seen.add(key)
            legacy = self._comparing.leg("legacy", of_hook(outcome, given))
            judged = _as_recorded(given, outcome) if made else given
            if made and not self._thorough:
                self._found.append(Yardstick(judged, legacy, None))
                continue
            outcome = yield Job(judged, {"leg": "reference"})
            reference = self._comparing.leg("reference", of_hook(outcome, judged))
            if reference.state == "not-run" or outcome.capture.ended == "exit 3":
                self._dropped.append(Dropped(given.name, f"the reference runner: {outcome.capture.ended}"))
            else:
                self._found.append(Yardstick(judged, legacy, reference))

    def results(self) -> tuple[list[Yardstick], list[Dropped]]:
        """The yardsticks, and the inputs that gave none."""
        return self._found, self._dropped


def _as_recorded(given: Input, outcome: Outcome) -> Input:
    """The input with what the script asked and got for its recording."""
    recorded = tuple(Recorded(f"made[{one.sequence}]", one.request, one.answer) for one in outcome.sent)
    return replace(given, recording=replace(given.recording, exchanges=recorded))
