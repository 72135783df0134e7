"""`hubshift explain`: what a code means."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.options import JsonOption
from migrate.cli.status import fail

if TYPE_CHECKING:
    from migrate.diagnostics import Rule


def explain(
    code: Annotated[str, typer.Argument(help="A code such as HS102.")],
    json_: JsonOption = False,
) -> None:
    """Say what a diagnostic code means, with an example, and what to do about it."""
    from migrate.diagnostics import RULES

    rule = RULES.get(code.upper())
    if rule is None:
        fail(f"{code}: no such code; there are: {', '.join(sorted(RULES))}")
    typer.echo(json.dumps(asdict(rule), indent=2, ensure_ascii=False) if json_ else _page(rule))


def _page(rule: Rule) -> str:
    example = rule.example.strip("\n")
    parts = [f"{rule.code} ({rule.severity}): {rule.title}", rule.meaning]
    if example:
        parts.append("Example:\n\n" + "\n".join(f"    {line}".rstrip() for line in example.split("\n")))
    return "\n\n".join([*parts, f"What to do: {rule.remedy}"])
