"""`hubshift shadow`: script, reference and emitted flow on the same recording."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from migrate.cli.answer import answer
from migrate.cli.findings import finding_data, loss_data, outcome_of, print_findings
from migrate.cli.options import (
    EnvFileOption,
    FilesOption,
    JsonOption,
    MailServerOption,
    ModelOption,
    OnGapOption,
    ProjectOption,
    ScriptArgument,
    TargetOption,
    TimeoutOption,
)
from migrate.cli.progress import Progress
from migrate.cli.scripts import one_extraction
from migrate.cli.status import CLEAN, FAILED, REVIEW, fail, fail_at, fail_missing, fail_unwritten

_LEGS = 3

if TYPE_CHECKING:
    from migrate.contracts import Extraction
    from migrate.diagnostics import OnGap
    from migrate.pipeline.shadowing import ShadowRun
    from migrate.shadow.verdict import Judgement


def shadow(
    script: ScriptArgument,
    recording: Annotated[
        Path, typer.Option("--recording", help="HAR 1.2 file with the reads and writes of a run.")
    ],
    to: TargetOption,
    env_file: EnvFileOption = None,
    files: FilesOption = None,
    mails: Annotated[
        Path | None,
        typer.Option(
            "--mails", help="Mails that the recorded run sent: JSON lines of sender, recipients, message."
        ),
    ] = None,
    mail_server: MailServerOption = True,
    writes_out: Annotated[
        Path | None,
        typer.Option("--writes-out", help="Folder for what each leg sent and wrote, as JSON lines."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Run the emitted files in this folder, changed by hand perhaps."),
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Folder for a report.")] = None,
    timeout: TimeoutOption = 120.0,
    repeat: Annotated[
        Literal["auto", "always", "never"],
        typer.Option(
            "--repeat",
            help="When all sides run a second time, to tell what varies from run to run. auto: where they differ.",
        ),
    ] = "auto",
    project: ProjectOption = None,
    model: ModelOption = None,
    on_gap: OnGapOption = "warn",
    json_: JsonOption = False,
) -> None:
    """Run script, reference and emitted flow on a recording, in a sandbox, and compare what they would write."""
    from migrate.pipeline.files import InputError, read_environment
    from migrate.pipeline.project import project_of
    from migrate.registry import UnknownTarget

    if config is not None and not config.is_dir():
        fail(f"{config}: no such folder")
    extraction = one_extraction(script, model, config)
    try:
        from migrate.pipeline.shadowing import ShadowSettings
        from migrate.pipeline.shadowing import shadow as run_shadow
        from migrate.shadow.mails import read_mails
        from migrate.shadow.recording import RecordingError, read_har
    except ModuleNotFoundError as missing:
        fail_missing(missing)
    leg_number = count()
    try:
        declared = project_of(project)
        environment = read_environment(env_file) if env_file is not None else {}
        _name_missing(extraction, environment, env_file)
        if files is not None and not files.is_dir():
            fail(f"{files}: no such folder")
        _stop_at_gaps(extraction, to, on_gap)
        with Progress() as progress:
            run = run_shadow(
                script,
                extraction,
                replace(read_har(recording), mails=read_mails(mails) if mails is not None else ()),
                to,
                environment,
                ShadowSettings(
                    files=files,
                    mail_server=mail_server,
                    writes_out=writes_out,
                    configuration=config,
                    timeout_seconds=timeout,
                    comparison=declared.comparison,
                    replay=declared.replay,
                    repeat=repeat,
                ),
                progress=lambda leg: progress.show(min(next(leg_number), _LEGS), _LEGS, f"running {leg}"),
            )
    except (InputError, RecordingError, UnknownTarget) as problem:
        fail(str(problem))
    except OSError as problem:
        fail_at(problem, script)
    if report is not None:
        _write_run_report(report, script, extraction, run)
    if json_:
        answer(_run_data(run, extraction))
    else:
        _print_run(run, extraction, on_gap)
    raise typer.Exit(exit_status(run.judgement, on_gap))


def _stop_at_gaps(extraction: Extraction, to: str, on_gap: OnGap) -> None:
    """Ends the command before anything runs where gaps shall fail it."""
    from migrate.pipeline import emit

    losses = emit(extraction.integration, to).emission.losses
    if outcome_of(extraction.diagnostics, on_gap, losses) == "failed":
        print_findings(extraction.diagnostics, on_gap, losses, err=True)
        known = {
            "losses": [loss_data(one) for one in losses],
            "findings": [finding_data(one) for one in extraction.diagnostics],
        }
        fail("gaps were found, so nothing is run (--on-gap fail)", known=known)


def exit_status(judgement: Judgement, on_gap: OnGap) -> int:
    """The verdict's; gaps that are ignored do not change it, though they change the verdict."""
    if on_gap == "ignore" and {reason.code for reason in judgement.reasons} == {"gaps"}:
        return CLEAN
    return {"PASS": CLEAN, "NOT_RUN": FAILED}.get(judgement.verdict.name, REVIEW)


def _name_missing(extraction: Extraction, environment: dict[str, str], env_file: Path | None) -> None:
    """Says which variables the script reads and the env file does not set; without one, none is set."""
    from migrate.pipeline.requirements import required_names

    lacking = "which the env file does not set" if env_file is not None else "and no --env-file sets it"
    for name, span in required_names(extraction.integration).items():
        if name not in environment:
            typer.echo(f"hubshift: {span}: the script reads {name}, {lacking}", err=True)


def _write_run_report(folder: Path, script: Path, extraction: Extraction, run: ShadowRun) -> None:
    from migrate.pipeline import flow_page, write_report
    from migrate.pipeline.files import Together
    from migrate.pipeline.provenance import source_root
    from migrate.pipeline.sources import source_lines

    page = flow_page(
        extraction, run=run, lines=source_lines(source_root(script, extraction.integration), extraction)
    )
    try:
        with Together() as files:
            title = f"Shadow run of {extraction.integration.name}"
            write_report(folder, title, [page], (), [extraction], files.write)
    except OSError as problem:
        fail_unwritten(problem, folder)


def _run_data(run: ShadowRun, extraction: Extraction) -> dict[str, Any]:
    from dataclasses import asdict

    from migrate.pipeline import flow_page

    page = asdict(flow_page(extraction, run=run))
    wanted = (
        "verdict",
        "reasons",
        "legs",
        "comparisons",
        "differences",
        "other_findings",
        "unused_rules",
        "coverage",
        "findings",
        "losses",
    )
    return {"integration": page["id"], "target": run.target, **{name: page[name] for name in wanted}}


def _print_run(run: ShadowRun, extraction: Extraction, on_gap: OnGap) -> None:
    from migrate.pipeline import flow_page
    from migrate.report.wording import coverage_line

    page = flow_page(extraction, run=run)
    for leg in run.legs:
        counts = f"{len(leg.writes)} writes, {len(leg.reads)} other requests"
        files = f", {len(leg.files)} files" if leg.files else ""
        detail = f": {leg.detail}" if leg.detail else ""
        typer.echo(f"{leg.name}: {leg.state}, {counts}{files}{detail}")
    for row in page.comparisons:
        word = {True: "equal", False: "DIFFERENT", None: "not compared"}[row.same]
        typer.echo(f"{row.left} = {row.right}: {word} ({row.equal_writes} of {row.left_writes} writes equal)")
    for difference in page.differences:
        where = f"{difference.place.file}:{difference.place.line}" if difference.place else "no line"
        typer.echo(f"{difference.legs}: {difference.text}\n    rule {difference.rule or '-'}, {where}")
    for other in page.other_findings:
        typer.echo(f"{other.legs}: {other.kind}: {other.text}")
    for row in page.comparisons:
        for hit in row.left_out:
            typer.echo(f"{row.left} = {row.right}: rule {hit}")
    for rule in page.unused_rules:
        typer.echo(f"rule not needed here: {rule}")
    if page.coverage:
        typer.echo(f"coverage: {coverage_line(page)}")
    print_findings(extraction.diagnostics, on_gap, run.emitted.emission.losses)
    for reason in page.reasons:
        typer.echo(f"reason: {reason}")
    typer.echo(f"verdict: {page.verdict}")
