"""`hubshift emit`: a platform's configuration for a script."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.answer import answer
from migrate.cli.findings import finding_data, loss_data, outcome_of, print_findings
from migrate.cli.options import JsonOption, ModelOption, OnGapOption, ScriptArgument, TargetOption
from migrate.cli.scripts import one_extraction
from migrate.cli.status import STATUS, fail, fail_unwritten


def emit(
    script: ScriptArgument,
    to: TargetOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the files are written.")] = Path("out"),
    model: ModelOption = None,
    on_gap: OnGapOption = "warn",
    json_: JsonOption = False,
) -> None:
    """Write a platform's configuration for a script, with the list of what it cannot do."""
    from migrate.pipeline import emit as run_emit
    from migrate.pipeline import write_emitted
    from migrate.registry import UnknownTarget

    extraction = one_extraction(script, model)
    try:
        emitted = run_emit(extraction.integration, to)
        outcome = outcome_of(extraction.diagnostics, on_gap, emitted.emission.losses)
        if outcome != "failed":
            emitted = write_emitted(emitted, out)
    except UnknownTarget as problem:
        fail(str(problem))
    except OSError as problem:
        fail_unwritten(problem, out)
    losses = emitted.emission.losses
    found = {
        "target": to,
        "files": [str(path) for path in emitted.files],
        "losses": [loss_data(one) for one in losses],
        "findings": [finding_data(one) for one in extraction.diagnostics],
    }
    if not json_:
        for path in emitted.files:
            typer.echo(f"wrote {path}")
        print_findings(extraction.diagnostics, on_gap, losses)
    if outcome == "failed":
        fail("gaps were found, so nothing is written (--on-gap fail)", known=found)
    if json_:
        answer(found)
    raise typer.Exit(STATUS[outcome])
