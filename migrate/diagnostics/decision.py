"""What gaps do to a command: decided once, at its end, when all of them are known."""

from __future__ import annotations

from typing import Literal

OnGap = Literal["ignore", "warn", "fail"]
"""`ignore`: gaps stand in reports, but change no status; `warn`: they ask for review; `fail`: nothing is made."""

Outcome = Literal["clean", "review", "failed"]
"""How a command ended: nothing to do; something to look at; not done."""


def decide(on_gap: OnGap, *, gaps: bool, review: bool) -> Outcome:
    """`gaps` are there where a part of a script is not carried over; `review` tells of anything else to look at."""
    if gaps and on_gap == "fail":
        return "failed"
    return "review" if review or (gaps and on_gap == "warn") else "clean"
