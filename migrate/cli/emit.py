"""`hubshift emit`: a platform's configuration for a script, or what it has of a folder of scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.answer import answer
from migrate.cli.findings import finding_data, loss_data, outcome_of, print_findings
from migrate.cli.options import JsonOption, ModelOption, OnGapOption, TargetOption
from migrate.cli.scripts import all_extractions, fail_empty, one_extraction
from migrate.cli.status import STATUS, fail, fail_unwritten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrate.contracts import Loss
    from migrate.diagnostics import Diagnostic, OnGap
    from migrate.pipeline import Emitted


def emit(
    script: Annotated[
        Path,
        typer.Argument(
            metavar="SCRIPT",
            help="The legacy script; a folder of them for a target of whole estates (openapi).",
        ),
    ],
    to: TargetOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the files are written.")] = Path("out"),
    model: ModelOption = None,
    recording: Annotated[
        list[Path] | None,
        typer.Option(
            "--recording",
            metavar="<path>",
            help="HAR 1.2 file whose requests and answers show forms and types, for a target of whole estates; may be "
            "given several times.",
        ),
    ] = None,
    on_gap: OnGapOption = "warn",
    json_: JsonOption = False,
) -> None:
    """Write a platform's configuration for a script, with the list of what it cannot do.

    For openapi: a document for each system that the scripts call, and one for the entities that they write.
    """
    from migrate.pipeline import emit as run_emit
    from migrate.registry import UnknownTarget, is_of_estate

    try:
        if is_of_estate(to):
            emitted, findings = _of_estate(script, to, model, recording or [])
        else:
            if recording:
                fail(f"--recording: {to} is made of a script alone; hubshift shadow runs it on a recording")
            extraction = one_extraction(script, model)
            emitted, findings = run_emit(extraction.integration, to), extraction.diagnostics
    except UnknownTarget as problem:
        fail(str(problem))
    _write(emitted, findings, out, on_gap, json_)


def _of_estate(
    path: Path, to: str, model: Path | None, recordings: Sequence[Path]
) -> tuple[Emitted, tuple[Diagnostic, ...]]:
    """What a target has of a script or of all below a folder."""
    from migrate.model import Estate
    from migrate.pipeline import emit_estate
    from migrate.shadow.recording import RecordingError

    if path.is_dir() and model is None:
        found = all_extractions(path, None, cache=False, secrets=False)
        if not found.extractions:
            fail_empty(found, path)
        estate, findings = found.estate, found.findings
    else:
        one = one_extraction(path, model)
        estate, findings = Estate(integrations=(one.integration,)), one.diagnostics
    try:
        return emit_estate(estate, to, recordings), findings
    except RecordingError as problem:
        fail(str(problem))


def _write(emitted: Emitted, findings: Sequence[Diagnostic], out: Path, on_gap: OnGap, json_: bool) -> None:
    """Writes the files, unless gaps forbid it, says what is lost, and ends the command."""
    from migrate.pipeline import write_emitted

    losses = _that_count(emitted)
    outcome = outcome_of(findings, on_gap, losses)
    try:
        if outcome != "failed":
            emitted = write_emitted(emitted, out)
    except OSError as problem:
        fail_unwritten(problem, out)
    found = {
        "target": emitted.target,
        "files": [str(path) for path in emitted.files],
        "losses": [loss_data(one) for one in emitted.emission.losses],
        "findings": [finding_data(one) for one in findings],
    }
    if not json_:
        for path in emitted.files:
            typer.echo(f"wrote {path}")
        print_findings(findings, on_gap, losses)
    if outcome == "failed":
        fail("gaps were found, so nothing is written (--on-gap fail)", known=found)
    if json_:
        answer(found)
    raise typer.Exit(STATUS[outcome])


def _that_count(emitted: Emitted) -> tuple[Loss, ...]:
    """All losses of a flow's target; of one that only describes an estate not those of what it never could say."""
    from migrate.registry import is_of_estate

    losses = emitted.emission.losses
    return tuple(one for one in losses if one.level != "never") if is_of_estate(emitted.target) else losses
