"""Verdicts and severities: how each looks, what it says, and in which order a person looks at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class VerdictSign:
    """How a verdict looks, by form and word as well as by colour, and what it says."""

    name: str
    sign: str
    meaning: str


SIGNS = {
    "PASS": VerdictSign("pass", "✓", "Every leg wrote the same as every other."),
    "REVIEW": VerdictSign("review", "!", "No write differs, but the reasons need a person to look at them."),
    "FAIL": VerdictSign("fail", "✕", "The legs do not do the same, or one of them came to a gap."),
    "NOT RUN": VerdictSign("open", "–", "A leg did not run to an end, so nothing is proved."),
    "NOT COMPARED": VerdictSign("open", "–", "No shadow run was asked for, so nothing is proved."),
}
"""Those that are known."""

SEVERITIES = ("gap", "high", "warning", "medium", "note", "low")
"""From the worst to the least."""

ORDER = ("FAIL", "NOT RUN", "REVIEW", "NOT COMPARED", "PASS")
"""Verdicts in the order in which a person looks at them; those that are not known come first."""


def in_order(verdicts: Iterable[str]) -> tuple[str, ...]:
    """The different verdicts, those first that need a person."""
    found = dict.fromkeys(verdicts)
    return (*(one for one in found if one not in ORDER), *(one for one in ORDER if one in found))


def verdict_sign(verdict: str) -> VerdictSign:
    """The sign of a verdict; one that is not known is shown as it is, and says so."""
    return SIGNS.get(
        verdict, VerdictSign("open", "?", "This version of the report does not know this verdict.")
    )
