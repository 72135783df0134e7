"""Diagnostics: what could not be read, carried over or shown to be equal; each with a stable code and a place."""

from migrate.diagnostics.decision import OnGap, Outcome, decide
from migrate.diagnostics.finding import Diagnostic, underline, unique
from migrate.diagnostics.fingerprint import fingerprints
from migrate.diagnostics.rule import RISK_LEVELS, RiskLevel, Rule, Severity
from migrate.diagnostics.rules import RULES
from migrate.diagnostics.visible import in_one_line, visible

__all__ = [
    "RISK_LEVELS",
    "RULES",
    "Diagnostic",
    "OnGap",
    "Outcome",
    "RiskLevel",
    "Rule",
    "Severity",
    "decide",
    "fingerprints",
    "in_one_line",
    "underline",
    "unique",
    "visible",
]
