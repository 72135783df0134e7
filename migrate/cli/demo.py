"""`hubshift demo`: the sample estate, from audit to proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.answer import answer
from migrate.cli.completion import sample_flows
from migrate.cli.options import JsonOption
from migrate.cli.progress import Progress
from migrate.cli.status import CLEAN, REVIEW, fail, fail_at, fail_missing


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are written.")] = Path(
        "out/demo"
    ),
    flow: Annotated[
        list[str] | None,
        typer.Option("--flow", help="Run this flow alone (may be repeated).", autocompletion=sample_flows),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Audit, emit and prove the sample estate of a made-up company, without a network.

    One of the emitted flows is broken on purpose, to show how a mistake is found. The command ends with 0 when all went
    as the sample expects, and with 1 otherwise.
    """
    from migrate.cli.demo_summary import data, summary
    from migrate.pipeline.files import InputError

    try:
        from migrate.pipeline.demonstration import demonstrate
        from migrate.shadow.recording import RecordingError
    except ModuleNotFoundError as missing:
        fail_missing(missing)
    try:
        with Progress() as progress:
            shown = demonstrate(out, progress.show, flow or ())
    except (InputError, RecordingError) as problem:
        fail(str(problem))
    except OSError as problem:
        fail_at(problem, out)
    if json_:
        answer(data(shown))
    else:
        typer.echo(summary(shown))
    raise typer.Exit(REVIEW if shown.surprises else CLEAN)
