"""`hubshift explain`: what a code means."""

from __future__ import annotations

from typing import Annotated

import typer

from migrate.cli.status import fail


def explain(code: Annotated[str, typer.Argument(help="A code such as HS102.")]) -> None:
    """Say what a diagnostic code means and what to do about it."""
    from migrate.diagnostics import RULES

    rule = RULES.get(code.upper())
    if rule is None:
        fail(f"{code}: no such code; there are: {', '.join(sorted(RULES))}")
    typer.echo(f"{rule.code} ({rule.severity}): {rule.title}\n\nWhat to do: {rule.remedy}")
