"""`hubshift audit`: what scripts there are and what they do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.findings import finding_data, outcome_of, print_findings
from migrate.cli.options import JsonOption, OnGapOption
from migrate.cli.progress import Progress
from migrate.cli.status import NOTHING, STATUS, fail, fail_unwritten


def audit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scripts are (or one script).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where report and model are written.")] = Path(
        "out"
    ),
    on_gap: OnGapOption = "warn",
    json_: JsonOption = False,
) -> None:
    """List the integrations below a folder: what they call, how they map, what could not be read."""
    from migrate.diagnostics import in_one_line
    from migrate.pipeline import audit as run_audit
    from migrate.pipeline import flow_page, write_report
    from migrate.pipeline.files import InputError, Together
    from migrate.pipeline.models import write_model
    from migrate.pipeline.reporting import trigger_text
    from migrate.pipeline.sources import source_lines
    from migrate.report.wording import counted

    try:
        with Progress() as progress:
            found = run_audit(folder, lambda done, total, name: progress.show(done, total, f"reading {name}"))
    except InputError as problem:
        fail(str(problem))
    if not found.extractions and not any(one.wants_review for one in found.unread):
        print_findings(found.unread, on_gap, err=True)
        looked = ", ".join(f"*{suffix}" for suffix in found.looked_for)
        fail(f"{folder}: no integration found; looked for {looked} files that call other systems", NOTHING)
    root = folder if folder.is_dir() else folder.parent
    pages = [flow_page(one, lines=source_lines(root, one)) for one in found.extractions]
    try:
        with Together() as files:
            title = f"Audit of {folder.resolve().name}"
            report = write_report(out, title, pages, found.unread, found.extractions, files.write)
            model = write_model(out, found.estate, files.write)
    except OSError as problem:
        fail_unwritten(problem, out)
    if json_:
        typer.echo(
            json.dumps(
                {
                    "scripts": found.scripts,
                    "integrations": [
                        {
                            "id": p.id,
                            "trigger": one.integration.trigger.kind,
                            "systems": p.systems,
                            "rules": len(p.rules),
                            "findings": len(p.findings),
                        }
                        for p, one in zip(pages, found.extractions, strict=True)
                    ],
                    "findings": [finding_data(one) for one in found.findings],
                    "report": str(report),
                    "model": str(model),
                },
                indent=2,
            )
        )
    else:
        for page, one in zip(pages, found.extractions, strict=True):
            trigger = trigger_text(one.integration.trigger)
            typer.echo(
                f"{in_one_line(page.id)}: {trigger}{', ' if trigger else ''}{counted(len(page.systems), 'system')}, "
                f"{counted(len(page.rules), 'mapping rule')}, {counted(len(page.findings), 'finding')}"
            )
        print_findings(found.findings, on_gap)
        typer.echo(f"report: {report}\nmodel:  {model}")
    raise typer.Exit(STATUS[outcome_of(found.findings, on_gap)])
