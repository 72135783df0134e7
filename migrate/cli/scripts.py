"""Reads the one script that a command was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from migrate.cli.findings import finding_data
from migrate.cli.status import FAILED, NOTHING, fail

if TYPE_CHECKING:
    from migrate.contracts import Extraction
    from migrate.diagnostics import Diagnostic


def one_extraction(script: Path, model: Path | None = None, config: Path | None = None) -> Extraction:
    """What the script holds, or a model of it; ends the command where one cannot be read or holds no integration."""
    from migrate.contracts import Extraction
    from migrate.pipeline import has_extractor, read_script
    from migrate.pipeline.files import InputError
    from migrate.pipeline.provenance import of_model, with_configuration, with_model

    if script.is_dir():
        fail(f"{script}: is a folder; name one script, or list those in it by `hubshift audit`")
    if not script.exists():
        fail(f"{script}: no such file")
    try:
        if model is not None and not has_extractor(script):
            found: Extraction | tuple[Diagnostic, ...] | None = of_model(script, model)
        else:
            found = read_script(script, script.parent)
            if isinstance(found, Extraction) and model is not None:
                found = with_model(found, script, model)
        if isinstance(found, Extraction) and config is not None:
            found = with_configuration(found, config)
    except InputError as problem:
        fail(str(problem))
    if found is None:
        fail(f"{script}: no call to another system is reached from the script's first line", NOTHING)
    if not isinstance(found, Extraction):
        for diagnostic in found:
            typer.echo(str(diagnostic), err=True)
        findings = {"findings": [finding_data(one) for one in found]}
        fail(f"{script}: cannot be read, so nothing is made of it", FAILED, findings)
    return found
