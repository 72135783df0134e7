"""`hubshift audit`: what scripts there are and what they do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.answer import answer
from migrate.cli.findings import finding_data, outcome_of, print_findings
from migrate.cli.options import JsonOption, OnGapOption
from migrate.cli.scripts import all_extractions, fail_empty
from migrate.cli.status import STATUS, fail_unwritten


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
    from migrate.pipeline import flow_page, write_report
    from migrate.pipeline.files import Together
    from migrate.pipeline.models import write_model
    from migrate.pipeline.sources import source_lines
    from migrate.pipeline.step_rows import trigger_text
    from migrate.report.wording import counted

    found = all_extractions(folder)
    if not found.extractions and not any(one.wants_review for one in found.unread):
        print_findings(found.unread, on_gap, err=True)
        fail_empty(found, folder)
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
        integrations = [
            {
                "id": page.id,
                "trigger": one.integration.trigger.kind,
                "systems": page.systems,
                "rules": len(page.rules),
                "findings": len(page.findings),
            }
            for page, one in zip(pages, found.extractions, strict=True)
        ]
        answer(
            {
                "scripts": found.scripts,
                "integrations": integrations,
                "findings": [finding_data(one) for one in found.findings],
                "report": str(report),
                "model": str(model),
            }
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
