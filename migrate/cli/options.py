"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output.")]
TargetOption = Annotated[str, typer.Option("--to", help="The target platform, such as node-red.")]
ScriptArgument = Annotated[Path, typer.Argument(metavar="SCRIPT", help="The legacy script.")]
