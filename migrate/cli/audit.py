"""`hubshift audit`: what scripts there are, what they do, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from migrate.cli.answer import answer
from migrate.cli.findings import finding_data, outcome_of, print_findings
from migrate.cli.options import CacheOption, JobsOption, JsonOption, OnGapOption
from migrate.cli.risks import FailOn, print_risks, reaches, risk_data
from migrate.cli.scripts import all_extractions, fail_empty
from migrate.cli.status import REVIEW, STATUS, fail, fail_unwritten

if TYPE_CHECKING:
    from migrate.diagnostics import Diagnostic
    from migrate.pipeline import Audit
    from migrate.pipeline.assessing import Assessment


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scripts are (or one script).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where report and model are written.")] = Path(
        "out"
    ),
    on_gap: OnGapOption = "warn",
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="The least level at which a finding about the scripts themselves (HS4) asks for review (1).",
        ),
    ] = "high",
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", help="Leave out the findings HS4 that this file holds, in status and report."
        ),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", help="Write all findings HS4 that there are now to this file."),
    ] = None,
    format_: Annotated[
        Literal["text", "json", "sarif"],
        typer.Option("--format", help="What stands on standard output; json is --json."),
    ] = "text",
    docs: Annotated[
        str | None,
        typer.Option(
            "--docs", metavar="URL", help="Where docs/diagnostics.md is published, for links in SARIF."
        ),
    ] = None,
    jobs: JobsOption = None,
    cache: CacheOption = True,
    json_: JsonOption = False,
) -> None:
    """List the integrations below a folder: what they call, how they map, what could not be read, what is wrong."""
    from migrate.diagnostics import in_one_line
    from migrate.pipeline import flow_page, write_report
    from migrate.pipeline.assessing import assess
    from migrate.pipeline.files import Together
    from migrate.pipeline.models import write_model
    from migrate.pipeline.sources import source_lines
    from migrate.pipeline.step_rows import trigger_text
    from migrate.report.wording import counted

    found = all_extractions(folder, jobs, cache, secrets=True)
    if not found.extractions and not any(one.wants_review for one in found.unread):
        print_findings(found.unread, on_gap, err=True)
        fail_empty(found, folder)
    judged, accepted = _without(assess(found, folder), baseline)
    root = folder if folder.is_dir() else folder.parent
    pages = [
        flow_page(one, lines=source_lines(root, one), risks=risks)
        for one, risks in zip(found.extractions, judged.risks, strict=True)
    ]
    sarif = _sarif(found, judged, accepted, docs)
    try:
        with Together() as files:
            title = f"Audit of {folder.resolve().name}"
            report = write_report(out, title, pages, found.unread, found.extractions, files.write)
            model = write_model(out, found.estate, files.write)
            files.write(out / "report.sarif", sarif)
            if write_baseline is not None:
                files.write(write_baseline, _known(judged, accepted))
    except OSError as problem:
        fail_unwritten(problem, out)
    if format_ == "sarif":
        typer.echo(sarif, nl=False)
    elif json_ or format_ == "json":
        integrations = [
            {
                "id": page.id,
                "trigger": one.integration.trigger.kind,
                "systems": page.systems,
                "rules": len(page.rules),
                "findings": len(one.diagnostics),
                "risks": len(risks),
            }
            for page, one, risks in zip(pages, found.extractions, judged.risks, strict=True)
        ]
        answer(
            {
                "scripts": found.scripts,
                "integrations": integrations,
                "findings": [finding_data(one) for one in found.findings],
                "risks": risk_data(judged.all),
                "report": str(report),
                "model": str(model),
            }
        )
    else:
        for page, one, risks in zip(pages, found.extractions, judged.risks, strict=True):
            trigger = trigger_text(one.integration.trigger)
            typer.echo(
                f"{in_one_line(page.id)}: {trigger}{', ' if trigger else ''}{counted(len(page.systems), 'system')}, "
                f"{counted(len(page.rules), 'mapping rule')}, {counted(len(one.diagnostics), 'finding')}"
                + (f", {counted(len(risks), 'risk')}" if risks else "")
            )
        print_findings(found.findings, on_gap)
        print_risks(judged.all, len(judged.all_ignored), len(accepted))
        typer.echo(f"report: {report}\nmodel:  {model}")
    status = STATUS[outcome_of(found.findings, on_gap)]
    raise typer.Exit(status or (REVIEW if reaches(judged.all, fail_on) else status))


def _without(judged: Assessment, baseline: Path | None) -> tuple[Assessment, tuple[Diagnostic, ...]]:
    """The findings that are not in the baseline, and those that are."""
    from migrate.pipeline.baseline import apart, read_baseline
    from migrate.pipeline.files import InputError

    if baseline is None:
        return judged, ()
    try:
        return apart(judged, read_baseline(baseline))
    except InputError as problem:
        fail(str(problem))


def _known(judged: Assessment, accepted: tuple[Diagnostic, ...]) -> str:
    from migrate.pipeline.baseline import baseline_of, baseline_text

    return baseline_text(baseline_of((*judged.all, *accepted)))


def _sarif(found: Audit, judged: Assessment, accepted: tuple[Diagnostic, ...], docs: str | None) -> str:
    from migrate import __version__
    from migrate.report.sarif import DOCS, render_sarif

    findings = (*found.findings, *judged.all)
    return render_sarif(findings, __version__, docs or DOCS, judged.all_ignored, accepted)
