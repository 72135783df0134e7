"""What a kind of diagnostic is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RiskLevel = Literal["high", "medium", "low"]
"""`high`: data or a system is open to others, or data is lost, as it stands; `medium`: it will be when something fails
or somebody looks; `low`: it makes operation or maintenance harder."""

Severity = Literal["gap", "warning", "note"] | RiskLevel
"""A gap is not carried over; a warning asks a person to look; a note tells what a flow does otherwise by intent.

The levels of risk are about the script itself, wherever it runs: they say nothing about what is carried over.
"""

RISK_LEVELS: tuple[RiskLevel, ...] = ("high", "medium", "low")
"""From the worst to the least."""


@dataclass(frozen=True)
class Rule:
    """A kind of diagnostic: its title, what it means, a script that is reported with it, and what to do about it.

    Of a risk there is a script as well that is nearly reported, and is not; `sources` are what the rule rests on, such
    as `CWE-798`, and `security` says that it is about security. Several files of an example stand one after the other,
    each but the first below `# --- NAME ---`.
    """

    code: str
    severity: Severity
    title: str
    meaning: str
    example: str
    remedy: str
    near_miss: str = ""
    sources: tuple[str, ...] = ()
    security: bool = False

    @property
    def is_risk(self) -> bool:
        """True for what is wrong with the script itself."""
        return self.severity in RISK_LEVELS
