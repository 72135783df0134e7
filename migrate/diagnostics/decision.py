"""What gaps do to a command: decided once, at its end, when all of them are known."""

from __future__ import annotations

from enum import Enum, StrEnum


class OnGap(StrEnum):
    """`ignore`: gaps stand in reports, but change no status; `warn`: they ask for review; `fail`: nothing is made."""

    IGNORE = "ignore"
    WARN = "warn"
    FAIL = "fail"


class Outcome(Enum):
    """How a command ended: nothing to do; something to look at; not done."""

    CLEAN = "clean"
    REVIEW = "review"
    FAILED = "failed"


def decide(on_gap: OnGap, *, gaps: bool, review: bool) -> Outcome:
    """`gaps` are there where a part of a script is not carried over; `review` tells of anything else to look at."""
    if gaps and on_gap is OnGap.FAIL:
        return Outcome.FAILED
    return Outcome.REVIEW if review or (gaps and on_gap is OnGap.WARN) else Outcome.CLEAN
