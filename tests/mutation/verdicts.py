"""Whether the shadow run says that two legs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from migrate.model import Constant, Integration
from migrate.pipeline.marking import classification_of
from migrate.shadow.answers import Answered
from migrate.shadow.classification import Classification
from migrate.shadow.concurrency import Concurrency, concurrency_of
from migrate.shadow.redaction import Redactor
from migrate.shadow.verdict import Judgement, LegResult, Verdict, judge
from migrate.shadow.writes import records
from migrate.shadow.written_files import written_files
from tests.mutation.plan import Capture, Input, Outcome

_OF_ITSELF = frozenset({"refused", "not-run", "unmapped"})
"""Reasons that speak of one leg alone and are a difference where the unmutated leg gives none."""


@dataclass(frozen=True)
class Comparing:
    """What is known of a flow when its runs are compared; it goes into the sandbox by a pipe."""

    integration: Integration
    secrets: Mapping[str, str] = field(repr=False)

    @cached_property
    def _classification(self) -> Classification:
        return classification_of(self.integration)

    @cached_property
    def _concurrency(self) -> Concurrency:
        return concurrency_of(self.integration)

    @cached_property
    def _redactor(self) -> Redactor:
        return Redactor(self.secrets)

    @cached_property
    def _logs(self) -> frozenset[str]:
        files = self.integration.log_files
        return frozenset(str(file.path.value) for file in files if isinstance(file.path, Constant))

    def leg(self, name: str, outcome: Outcome) -> LegResult:
        """A run as the verdict takes it."""
        writes, reads = records(outcome.exchanges, self._classification)
        files = written_files(outcome.capture.files, self._redactor)
        state, detail = state_of(outcome.capture)
        return LegResult(
            name,
            state,
            writes,
            reads,
            outcome.unused,  # type: ignore[arg-type]  # recorded exchanges
            detail,
            (),
            tuple(file for file in files if name != "legacy" or file.name not in self._logs),
            tuple(Answered.of(one) for one in outcome.answers),
        )

    def judged(self, yardstick: LegResult, leg: LegResult) -> Judgement:
        """The verdict on a run of the flow, as `leg` gives it."""
        return judge([yardstick, leg], concurrency=self._concurrency)


def state_of(capture: Capture) -> tuple[Literal["completed", "failed", "not-run"], str]:
    """How a leg ended, in the verdict's words."""
    if capture.ended is None:
        return "not-run", "it did not end"
    return ("completed" if capture.ended in ("clean", "served", "exit 0") else "failed"), ""


def says_different(judgement: Judgement) -> tuple[str, ...]:
    """The codes by which a judgement says that the legs differ; none where it does not."""
    if judgement.verdict is Verdict.PASS:
        return ()
    differing = {
        reason.code
        for reason in judgement.reasons
        if reason.code.endswith("differs") or reason.code.endswith("differ")
    }
    differing |= {reason.code for reason in judgement.reasons if reason.code in _OF_ITSELF}
    if any(one.writes.open_order for one in judgement.comparisons):
        differing.add("open-order")
    return tuple(sorted(differing))


def of_hook(outcome: Outcome, given: Input) -> Outcome:
    """A flow that takes in requests has done its work when it has answered all of them."""
    incoming = given.recording.incoming
    if not incoming or outcome.capture.ended is None:
        return outcome
    ended = "served" if len(outcome.answers) == len(incoming) else "failed"
    return replace(outcome, capture=replace(outcome.capture, ended=ended))
