"""`hubshift demo`: the sample estate, from audit to proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.options import JsonOption
from migrate.cli.status import fail, fail_missing, say


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are written.")] = Path(
        "out/demo"
    ),
    json_: JsonOption = False,
) -> None:
    """Audit, emit and prove the sample estate; no network."""
    from migrate.pipeline.files import InputError

    try:
        from migrate.pipeline.demonstration import demonstrate
        from migrate.shadow.recording import RecordingError
    except ModuleNotFoundError as missing:
        fail_missing(missing)
    try:
        shown = demonstrate(out, say)
    except (InputError, RecordingError) as problem:
        fail(str(problem))
    except OSError as problem:
        fail(f"{problem.filename or out}: {problem.strerror}")
    if json_:
        typer.echo(json.dumps(shown.data(), indent=2))
    else:
        typer.echo(shown.table())
    raise typer.Exit(shown.status)
