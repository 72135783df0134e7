"""`hubshift record`: a legacy command in the sandbox, and a recording of what it asked, wrote and was answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.answer import answer
from migrate.cli.options import (
    EnvFileOption,
    FilesOption,
    JsonOption,
    MailServerOption,
    ProjectOption,
    TimeoutOption,
)
from migrate.cli.status import CLEAN, REVIEW, fail, fail_at, fail_missing, say

if TYPE_CHECKING:
    from migrate.pipeline.recording import RecordedRun
    from migrate.shadow.declared import DeclaredRead

_SHOWN_LINES = 20


def record(
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND...", help="The command and its arguments.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the recording.")],
    project: ProjectOption = None,
    env_file: EnvFileOption = None,
    directory: Annotated[
        Path, typer.Option("--directory", "-C", help="Folder in which the command starts.")
    ] = Path(),
    files: FilesOption = None,
    allow_read: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-read",
            help='A read that may leave, such as "GET https://host/path*". Repeat it for more; none by default.',
        ),
    ] = None,
    answers_from: Annotated[
        Path | None, typer.Option("--answers-from", help="HAR 1.2 file whose answers the writes get.")
    ] = None,
    mail_server: MailServerOption = True,
    timeout: TimeoutOption = 120.0,
    force: Annotated[bool, typer.Option("--force", help="Replace a recording that is there.")] = False,
    json_: JsonOption = False,
) -> None:
    """Run a legacy command in the sandbox and record its traffic, mails and files. Only declared reads leave."""
    from migrate.pipeline.files import InputError, read_environment

    try:
        from migrate.pipeline.project import project_of
        from migrate.pipeline.recording import record as record_run
        from migrate.shadow.legs import SandboxUnavailable
        from migrate.shadow.recording import RecordingError, read_har
    except ModuleNotFoundError as missing:
        fail_missing(missing)
    for folder in (directory, *([files] if files is not None else [])):
        if not folder.is_dir():
            fail(f"{folder}: no such folder")
    try:
        settings = project_of(project).record
        allowed = tuple(_declared(text) for text in allow_read or ())
        settings = settings.model_copy(update={"reads": (*settings.reads, *allowed)})
        say("running the command")
        done = record_run(
            command,
            out,
            folder=directory.resolve(),
            environment=read_environment(env_file) if env_file is not None else {},
            settings=settings,
            files=files,
            older=read_har(answers_from) if answers_from is not None else None,
            mail_server=mail_server,
            timeout_seconds=timeout,
            force=force,
        )
    except (InputError, RecordingError) as problem:
        fail(str(problem))
    except SandboxUnavailable as unavailable:
        fail(f"not recorded: {unavailable.reason}")
    except OSError as problem:
        fail_at(problem, out)
    status = REVIEW if done.reasons else CLEAN
    if json_:
        answer({**_data(done), "status": status})
    else:
        _print(done, env_file)
    raise typer.Exit(status)


def _declared(text: str) -> DeclaredRead:
    from migrate.shadow.declared import declared_read

    try:
        return declared_read(text)
    except ValueError:
        fail(
            f"--allow-read {text!r}: write a method (GET, HEAD or POST) and a URL, such as GET https://host/path*"
        )


def _data(done: RecordedRun) -> dict[str, Any]:
    taken = done.run.taken
    return {
        "folder": str(done.folder),
        "exit_status": done.run.exit_status,
        "requests": done.sources,
        "mails": len(taken.mails) if taken else 0,
        "files": [file.name for file in done.run.files or ()],
        "refused": [
            {"request": one.request, "times": one.times, "declare": one.declare} for one in done.refused
        ],
        "reasons": list(done.reasons),
    }


def _print(done: RecordedRun, env_file: Path | None) -> None:
    data = _data(done)
    counts = ", ".join(f"{count} {source}" for source, count in data["requests"].items()) or "none"
    typer.echo(
        f"{done.folder}: recorded, requests: {counts}; mails: {data['mails']}; files: {len(data['files'])}"
    )
    if done.run.exit_status != 0:
        for line in done.run.stderr.splitlines()[-_SHOWN_LINES:]:
            typer.echo(f"    {line}", err=True)
    for reason in done.reasons:
        typer.echo(f"review: {reason}")
    if done.refused:
        typer.echo(
            "to let these reads out, if they change nothing, declare them in hubshift.yaml:\nrecord:\n  reads:"
        )
        for one in done.refused:
            typer.echo(f"    - {one.declare}")
    options = f"--recording {done.folder / 'recording.har'}"
    options += f" --files {done.folder / 'before'}" if (done.folder / "before").is_dir() else ""
    options += f" --mails {done.folder / 'mails.jsonl'}" if data["mails"] else ""
    options += f" --env-file {env_file}" if env_file is not None else ""
    typer.echo(f"next: hubshift shadow SCRIPT --to TARGET {options}")
