"""What a command answers on standard output where `--json` is given."""

from __future__ import annotations

import json

import typer


def answer(data: object) -> None:
    """Prints the one JSON document of a command."""
    typer.echo(json_text(data))


def json_text(data: object) -> str:
    """JSON as all commands write it: indented, in the characters of the texts themselves."""
    return json.dumps(data, indent=2, ensure_ascii=False)
