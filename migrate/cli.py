"""The command line. A command reads its options and calls the pipeline."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from migrate.contracts import Extraction
    from migrate.pipeline.shadowing import ShadowRun

CLEAN, REVIEW, FAILED, NOTHING = 0, 1, 2, 3

app = typer.Typer(
    name="hubshift",
    help="Reads integration scripts, writes a platform's configuration, and proves that both do the same.\n\n"
    "Start with `hubshift demo`, then `hubshift audit DIR` on your scripts, then `hubshift shadow SCRIPT`.\n\n"
    "Exit status: 0 clean, 1 something needs review or differs, 2 failed or wrong usage, 3 nothing found.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_EXTRA = "the module {} is missing; install it with: pip install 'hubshift[shadow]'"

JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output.")]
TargetOption = Annotated[str, typer.Option("--to", help="The target platform, such as node-red.")]


def _fail(message: str, status: int = FAILED) -> NoReturn:
    typer.echo(f"hubshift: {message}", err=True)
    raise typer.Exit(status)


def _say(message: str) -> None:
    """Progress, for people at a terminal only."""
    if sys.stderr.isatty():
        typer.echo(message, err=True)


def _one_extraction(script: Path) -> Extraction:
    from migrate.contracts import Extraction
    from migrate.pipeline import read_script
    from migrate.pipeline.files import InputError

    if not script.is_file():
        _fail(f"{script}: no such file")
    try:
        found = read_script(script, script.parent)
    except InputError as problem:
        _fail(str(problem))
    if isinstance(found, Extraction):
        return found
    if found is None:
        _fail(
            f"{script}: no call to another system is reached from the script's first line",
            NOTHING,
        )
    for diagnostic in found:
        typer.echo(str(diagnostic), err=True)
    raise typer.Exit(FAILED)


def _version(shown: bool) -> None:
    if shown:
        import migrate

        typer.echo(f"hubshift {migrate.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scripts are (or one script).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where report and model are written.")] = Path(
        "out"
    ),
    json_: JsonOption = False,
) -> None:
    """List the integrations below a folder: what they call, how they map, what could not be read."""
    from migrate.pipeline import audit as run_audit
    from migrate.pipeline import flow_page, write_report, write_whole
    from migrate.pipeline.files import InputError
    from migrate.pipeline.sources import source_lines

    try:
        found = run_audit(folder, lambda done, total: _say(f"read {done} of {total}"))
    except InputError as problem:
        _fail(str(problem))
    if not found.extractions and not found.unread:
        looked = ", ".join(f"*{suffix}" for suffix in found.looked_for)
        _fail(f"{folder}: no integration found; looked for {looked} files that call other systems", NOTHING)
    root = folder if folder.is_dir() else folder.parent
    pages = [flow_page(one, lines=source_lines(root, one)) for one in found.extractions]
    try:
        report = write_report(out, f"Audit of {folder.resolve().name}", pages, found.unread)
        write_whole(out / "model.json", found.estate.model_dump_json(indent=2, exclude_none=True) + "\n")
    except OSError as problem:
        _fail(f"{out}: cannot be written: {problem.strerror}")
    findings = [one for extraction in found.extractions for one in extraction.diagnostics] + list(
        found.unread
    )
    if json_:
        typer.echo(
            json.dumps(
                {
                    "scripts": found.scripts,
                    "integrations": [
                        {"id": p.id, "systems": p.systems, "rules": len(p.rules), "findings": len(p.findings)}
                        for p in pages
                    ],
                    "findings": [_finding(one) for one in findings],
                    "report": str(report),
                    "model": str(out / "model.json"),
                },
                indent=2,
            )
        )
    else:
        for page in pages:
            typer.echo(
                f"{page.id}: {len(page.systems)} systems, {len(page.rules)} mapping rules, "
                f"{len(page.findings)} findings"
            )
        for one in findings:
            typer.echo(str(one))
        typer.echo(f"report: {report}\nmodel:  {out / 'model.json'}")
    raise typer.Exit(REVIEW if any(one.wants_review for one in findings) else CLEAN)


def _finding(diagnostic: Any) -> dict[str, Any]:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.rule.severity,
        "message": diagnostic.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
    }


@app.command()
def emit(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT", help="The legacy script.")],
    to: TargetOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the files are written.")] = Path("out"),
    json_: JsonOption = False,
) -> None:
    """Write a platform's configuration for a script, with the list of what it cannot do."""
    from migrate.pipeline import emit as run_emit
    from migrate.registry import UnknownTarget

    extraction = _one_extraction(script)
    try:
        emitted = run_emit(extraction.integration, to, out)
    except UnknownTarget as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{out}: cannot be written: {problem.strerror}")
    losses = [{"id": one.id, "level": one.level, "reason": one.reason} for one in emitted.emission.losses]
    if json_:
        files = [str(path) for path in emitted.files]
        findings = [_finding(one) for one in extraction.diagnostics]
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


@app.command()
def shadow(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT", help="The legacy script.")],
    recording: Annotated[
        Path, typer.Option("--recording", help="HAR 1.2 file with the reads and writes of a run.")
    ],
    to: TargetOption,
    env_file: Annotated[
        Path | None, typer.Option("--env-file", help="NAME=value lines for all legs.")
    ] = None,
    writes_out: Annotated[
        Path | None,
        typer.Option("--writes-out", help="Folder for what each leg sent, a JSON line a request."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Run the emitted files in this folder, changed by hand perhaps."),
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Folder for a report.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for each leg.")] = 120.0,
    json_: JsonOption = False,
) -> None:
    """Run script, reference and emitted flow on a recording, in a sandbox, and compare what they would write."""
    from migrate.pipeline.files import InputError, read_environment
    from migrate.registry import UnknownTarget

    extraction = _one_extraction(script)
    try:
        from migrate.pipeline.shadowing import shadow as run_shadow
        from migrate.shadow.recording import RecordingError, read_har
    except ModuleNotFoundError as missing:
        _fail(_EXTRA.format(missing.name))
    try:
        environment = read_environment(env_file) if env_file is not None else {}
        _name_missing(extraction, environment)
        if config is not None and not config.is_dir():
            _fail(f"{config}: no such folder")
        run = run_shadow(
            script,
            extraction,
            read_har(recording),
            to,
            environment,
            writes_out=writes_out,
            configuration=config,
            timeout_seconds=timeout,
            progress=lambda leg: _say(f"running {leg}"),
        )
    except (InputError, RecordingError, UnknownTarget) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.filename or writes_out}: {problem.strerror}")
    if report is not None:
        _write_run_report(report, script, extraction, run)
    if json_:
        typer.echo(json.dumps(_run_data(run, extraction), indent=2, ensure_ascii=False))
    else:
        _print_run(run, extraction)
    raise typer.Exit({"PASS": CLEAN, "NOT_RUN": FAILED}.get(run.judgement.verdict.name, REVIEW))


def _name_missing(extraction: Extraction, environment: dict[str, str]) -> None:
    """Says which variables the script reads and the env file does not set."""
    integration = extraction.integration
    wanted = [
        (one.name, one.span)
        for one in integration.secrets
        if one.storage == "env" and one.required and one.default is None
    ]
    wanted += [(one.name, one.span) for one in integration.variables if one.required]
    for name, span in wanted:
        if name not in environment:
            typer.echo(
                f"hubshift: {span}: the script reads {name}, which the env file does not set", err=True
            )


def _write_run_report(folder: Path, script: Path, extraction: Extraction, run: ShadowRun) -> None:
    from migrate.pipeline import flow_page, write_report
    from migrate.pipeline.sources import source_lines

    page = flow_page(extraction, run=run, lines=source_lines(script.parent, extraction))
    try:
        write_report(folder, f"Shadow run of {extraction.integration.name}", [page])
    except OSError as problem:
        _fail(f"{folder}: cannot be written: {problem.strerror}")


def _run_data(run: ShadowRun, extraction: Extraction) -> dict[str, Any]:
    from dataclasses import asdict

    from migrate.pipeline import flow_page

    page = asdict(flow_page(extraction, run=run))
    wanted = ("verdict", "reasons", "legs", "comparisons", "differences", "findings", "losses")
    return {"integration": page["id"], "target": run.target, **{name: page[name] for name in wanted}}


def _print_run(run: ShadowRun, extraction: Extraction) -> None:
    from migrate.pipeline import flow_page

    page = flow_page(extraction, run=run)
    for leg in page.legs:
        typer.echo(
            f"{leg.name}: {leg.state}, {leg.writes} writes, {leg.reads} other requests {leg.detail}".rstrip()
        )
    for row in page.comparisons:
        word = {True: "equal", False: "DIFFERENT", None: "not compared"}[row.same]
        typer.echo(f"{row.left} = {row.right}: {word} ({row.equal_writes} of {row.left_writes} writes equal)")
    for difference in page.differences:
        where = f"{difference.place.file}:{difference.place.line}" if difference.place else "no line"
        typer.echo(f"{difference.legs}: {difference.text}\n    rule {difference.rule or '-'}, {where}")
    for one in page.findings:
        where = f"{one.place.file}:{one.place.line}: " if one.place else ""
        typer.echo(f"{where}{one.code} {one.severity}: {one.message}")
    for loss in page.losses:
        typer.echo(f"loss: {loss.id}: {loss.reason} ({loss.level})")
    for reason in page.reasons:
        typer.echo(f"reason: {reason}")
    typer.echo(f"verdict: {page.verdict}")


@app.command()
def explain(code: Annotated[str, typer.Argument(help="A code such as HS102.")]) -> None:
    """Say what a diagnostic code means and what to do about it."""
    from migrate.diagnostics import RULES

    rule = RULES.get(code.upper())
    if rule is None:
        _fail(f"{code}: no such code; there are: {', '.join(sorted(RULES))}")
    typer.echo(f"{rule.code} ({rule.severity}): {rule.title}\n\nWhat to do: {rule.remedy}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are written.")] = Path(
        "out/demo"
    ),
    json_: JsonOption = False,
) -> None:
    """Audit, emit and prove the sample estate; no network."""
    from migrate.pipeline.files import InputError

    try:
        from migrate.pipeline.demonstration import demonstrate
        from migrate.shadow.recording import RecordingError
    except ModuleNotFoundError as missing:
        _fail(_EXTRA.format(missing.name))
    try:
        shown = demonstrate(out, _say)
    except (InputError, RecordingError) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.filename or out}: {problem.strerror}")
    if json_:
        typer.echo(json.dumps(shown.data(), indent=2))
    else:
        typer.echo(shown.table())
    raise typer.Exit(shown.status)


def main() -> None:
    """The command `hubshift`."""
    app()


if __name__ == "__main__":
    main()
