"""Diagnostics: what could not be read, carried over or shown to be equal; each with a stable code and a place."""

from migrate.diagnostics.decision import OnGap, Outcome, decide
from migrate.diagnostics.finding import Diagnostic, underline, unique
from migrate.diagnostics.rules import RULES, Rule, Severity
from migrate.diagnostics.visible import in_one_line, visible

__all__ = [
    "RULES",
    "Diagnostic",
    "OnGap",
    "Outcome",
    "Rule",
    "Severity",
    "decide",
    "in_one_line",
    "underline",
    "unique",
    "visible",
]
