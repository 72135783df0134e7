"""HS417: text that is run as code."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.diagnostics import Diagnostic
from migrate.estate.risks.flow import Flow


def code(flow: Flow) -> Iterator[Diagnostic]:
    """Calls of `eval` and `exec` with what is not constant."""
    for one in flow.seen("dynamic-code"):
        yield Diagnostic("HS417", f"{one.subject} runs a text that is not constant", one.span)
