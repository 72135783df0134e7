"""`hubshift emit`: a platform's configuration for a script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.findings import finding_data
from migrate.cli.options import JsonOption, ScriptArgument, TargetOption
from migrate.cli.scripts import one_extraction
from migrate.cli.status import CLEAN, REVIEW, fail


def emit(
    script: ScriptArgument,
    to: TargetOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the files are written.")] = Path("out"),
    json_: JsonOption = False,
) -> None:
    """Write a platform's configuration for a script, with the list of what it cannot do."""
    from migrate.pipeline import emit as run_emit
    from migrate.registry import UnknownTarget

    extraction = one_extraction(script)
    try:
        emitted = run_emit(extraction.integration, to, out)
    except UnknownTarget as problem:
        fail(str(problem))
    except OSError as problem:
        fail(f"{out}: cannot be written: {problem.strerror}")
    losses = [{"id": one.id, "level": one.level, "reason": one.reason} for one in emitted.emission.losses]
    if json_:
        files = [str(path) for path in emitted.files]
        findings = [finding_data(one) for one in extraction.diagnostics]
        typer.echo(
            json.dumps({"target": to, "files": files, "losses": losses, "findings": findings}, indent=2)
        )
    else:
        for path in emitted.files:
            typer.echo(f"wrote {path}")
        for loss in losses:
            typer.echo(f"loss: {loss['id']}: {loss['reason']} ({loss['level']})")
        for diagnostic in extraction.diagnostics:
            typer.echo(str(diagnostic))
    gaps = any(one.wants_review for one in extraction.diagnostics)
    raise typer.Exit(REVIEW if losses or gaps else CLEAN)
