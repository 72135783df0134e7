"""Findings as the commands answer with them, and what they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from migrate.contracts import Loss
    from migrate.diagnostics import Diagnostic, OnGap, Outcome


def outcome_of(findings: Sequence[Diagnostic], on_gap: OnGap, losses: Sequence[Loss] = ()) -> Outcome:
    """What comes of all findings and losses together."""
    from migrate.diagnostics import decide

    gaps = any(one.is_gap for one in findings) or bool(losses)
    return decide(on_gap, gaps=gaps, review=any(one.wants_review and not one.is_gap for one in findings))


def print_findings(
    findings: Sequence[Diagnostic], on_gap: OnGap, losses: Sequence[Loss] = (), *, err: bool = False
) -> None:
    """Losses and findings for people, the gaps among them only where they are not ignored.

    Losses of one cause stand together; where that is a gap among the findings, they name its place alone.
    """
    shown = on_gap != "ignore"
    causes: dict[str, list[str]] = {}
    for loss in losses if shown else ():
        causes.setdefault(_cause(loss, findings), []).append(loss.id)
    for cause, ids in causes.items():
        typer.echo(f"loss: {', '.join(ids)}: {cause}", err=err)
    for one in findings:
        if shown or not one.is_gap:
            typer.echo(str(one), err=err)


def _cause(loss: Loss, findings: Sequence[Diagnostic]) -> str:
    for one in findings:
        if one.is_gap and one.span and loss.reason.endswith(f"({one.span.file}:{one.span.line})"):
            return f"the gap {one.code} at {one.span.file}:{one.span.line}, below"
    return f"{loss.reason} ({loss.level})"


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


def loss_data(loss: Loss) -> dict[str, Any]:
    """A loss for `--json`."""
    return {"id": loss.id, "level": loss.level, "reason": loss.reason}
