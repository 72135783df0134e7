"""Reads the one script that a command was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from migrate.cli.status import FAILED, NOTHING, fail

if TYPE_CHECKING:
    from migrate.contracts import Extraction


def one_extraction(script: Path) -> Extraction:
    """What the script holds; ends the command where it cannot be read or holds no integration."""
    from migrate.contracts import Extraction
    from migrate.pipeline import read_script
    from migrate.pipeline.files import InputError

    if not script.is_file():
        fail(f"{script}: no such file")
    try:
        found = read_script(script, script.parent)
    except InputError as problem:
        fail(str(problem))
    if isinstance(found, Extraction):
        return found
    if found is None:
        fail(f"{script}: no call to another system is reached from the script's first line", NOTHING)
    for diagnostic in found:
        typer.echo(str(diagnostic), err=True)
    raise typer.Exit(FAILED)
