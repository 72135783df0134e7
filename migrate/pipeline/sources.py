"""Redacted source lines, to be shown beside what was made of them."""

from __future__ import annotations

from pathlib import Path

from migrate.contracts import Extraction
from migrate.model import HttpOperation, Read, SourceSpan, Translate, Write, expressions_of, walk_steps
from migrate.secrets.excerpts import excerpt_line


def source_lines(root: Path, extraction: Extraction) -> dict[tuple[str, int], str]:
    """The lines that steps and rules of the integration came from, redacted; a file that is gone gives none."""
    found: dict[tuple[str, int], str] = {}
    texts: dict[str, list[str]] = {}
    secrets = extraction.secret_values.reveal().values()
    for span in _spans(extraction):
        if span.file not in texts:
            try:
                texts[span.file] = (
                    (root / span.file).read_text(encoding="utf-8", errors="replace").split("\n")
                )
            except OSError:
                texts[span.file] = []
        key = (span.file, span.line)
        if key not in found:
            found[key] = excerpt_line(texts[span.file], span, secrets).redacted.strip()
    return found


def _spans(extraction: Extraction) -> list[SourceSpan]:
    spans: list[SourceSpan | None] = []
    for step in walk_steps(extraction.integration.steps):
        spans.append(step.span)
        if isinstance(step, Translate):
            spans.extend(rule.span for rule in step.rules)
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation):
            spans.extend(parameter.span for parameter in step.operation.parameters)
        spans.extend(expression.span for expression in expressions_of(step))
    return [span for span in spans if span is not None]
