"""`hubshift explain`: what a code means, or where a step or rule of a model comes from."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.answer import answer
from migrate.cli.completion import codes_and_ids
from migrate.cli.options import JsonOption
from migrate.cli.status import did_you_mean, fail

if TYPE_CHECKING:
    from migrate.diagnostics import Rule

_CODE = re.compile(r"HS\d{3}", re.IGNORECASE)


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE|ID",
            help="A code such as HS102, or the id of a step or mapping rule.",
            autocompletion=codes_and_ids,
        ),
    ],
    where: Annotated[
        Path,
        typer.Option(
            "--in", help="Where the id is: a model file, the folder that an audit wrote, or a script."
        ),
    ] = Path("out"),
    json_: JsonOption = False,
) -> None:
    """Say what a diagnostic code means, or what a step or rule does and which lines it comes from; and what to do."""
    from migrate.diagnostics import RULES
    from migrate.pipeline.explaining import explain_part
    from migrate.pipeline.files import InputError

    rule = RULES.get(code.upper())
    if rule is not None:
        if json_:
            answer(asdict(rule))
        else:
            typer.echo(_page(rule))
        return
    if _CODE.fullmatch(code):
        meant = did_you_mean(code.upper(), RULES)
        fail(f"{code}: no such code{meant or ';'} there are: {', '.join(sorted(RULES))}")
    try:
        parts = explain_part(code, where)
    except InputError as problem:
        fail(str(problem))
    if json_:
        answer([asdict(one) for one in parts])
    else:
        typer.echo("\n\n".join(str(one) for one in parts))


def _page(rule: Rule) -> str:
    example = rule.example.strip("\n")
    parts = [f"{rule.code} ({rule.severity}): {rule.title}", rule.meaning]
    if example:
        parts.append("Example:\n\n" + "\n".join(f"    {line}".rstrip() for line in example.split("\n")))
    parts.append(f"What to do: {rule.remedy}")
    if rule.sources:
        parts.append(f"Rests on: {', '.join(rule.sources)}")
    return "\n\n".join(parts)
