"""Places in legacy files, with their redacted lines, as a report shows them."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.model import SourceSpan
from migrate.report.content import Place

Lines = Mapping[tuple[str, int], str]
"""Redacted source lines by file and line."""


def place_of(span: SourceSpan | None, lines: Lines) -> Place | None:
    """The place of a span; None where it has none."""
    return Place(span.file, span.line, lines.get((span.file, span.line), "")) if span is not None else None
