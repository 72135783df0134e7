"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from migrate.cli.completion import targets

JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output.")]
TargetOption = Annotated[
    str, typer.Option("--to", help="The target platform, such as node-red.", autocompletion=targets)
]
ScriptArgument = Annotated[Path, typer.Argument(metavar="SCRIPT", help="The legacy script.")]
ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="Take the script's integration from this model file (JSON or YAML, changed or written by hand perhaps).",
    ),
]
OnGapOption = Annotated[
    Literal["ignore", "warn", "fail"],
    typer.Option(
        "--on-gap",
        help="What to do about gaps, when all are known. ignore: they stand in reports and change no exit status. "
        "warn: print them and ask for review (1). fail: print them and fail (2); emit and shadow then make nothing.",
    ),
]
ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        help="Settings of the migration (YAML). [default: hubshift.yaml in the current folder, if any]",
    ),
]
EnvFileOption = Annotated[
    Path | None,
    typer.Option("--env-file", help="NAME=value lines: the environment of whatever runs in the sandbox."),
]
FilesOption = Annotated[
    Path | None,
    typer.Option("--files", help="Folder whose files and databases seem to lie where a run starts."),
]
MailServerOption = Annotated[
    bool, typer.Option("--mail-server/--no-mail-server", help="Whether a mail server takes what is sent.")
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0.1, help="Seconds after which a run is ended.")
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, help="Scripts read at a time. [default: as many as there are processors]"
    ),
]
CacheOption = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache", help="Whether scripts that did not change are taken as they were read before."
    ),
]
