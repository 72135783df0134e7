"""Reads the one script that a command was given, or all below a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from migrate.cli.findings import finding_data
from migrate.cli.progress import Progress
from migrate.cli.status import FAILED, NOTHING, fail

if TYPE_CHECKING:
    from migrate.contracts import Extraction
    from migrate.diagnostics import Diagnostic
    from migrate.pipeline import Audit


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


def all_extractions(folder: Path, jobs: int | None, cache: bool, *, secrets: bool) -> Audit:
    """What all scripts below a folder hold, or one script; ends the command where there is no such folder.

    With `secrets`, the extractions have the values of credentials in the source.
    """
    from migrate.pipeline import audit
    from migrate.pipeline.cache_files import cache_folder
    from migrate.pipeline.files import InputError
    from migrate.pipeline.processes import cores

    try:
        with Progress() as progress:
            return audit(
                folder,
                lambda done, total, name: progress.show(done, total, f"reading {name}"),
                jobs=jobs or cores(),
                cache=cache_folder() if cache else None,
                secrets=secrets,
            )
    except InputError as problem:
        fail(str(problem))


def fail_empty(found: Audit, folder: Path) -> NoReturn:
    """Ends the command because no script below the folder is an integration."""
    looked = ", ".join(f"*{suffix}" for suffix in found.looked_for)
    fail(f"{folder}: no integration found; looked for {looked} files that call other systems", NOTHING)
