"""Findings as the commands answer with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migrate.diagnostics import Diagnostic


def finding_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding for `--json`."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.rule.severity,
        "message": diagnostic.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
    }
