"""`hubshift inventory`: flat rows of what scripts call, map and keep secret."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from migrate.cli.answer import json_text
from migrate.cli.findings import finding_data
from migrate.cli.options import CacheOption, JobsOption, JsonOption
from migrate.cli.scripts import all_extractions, fail_empty
from migrate.cli.status import REVIEW, fail_unwritten

if TYPE_CHECKING:
    from migrate.estate.inventory import Row
    from migrate.pipeline.kept_answers import AnswerCache

UNBOUNDED = 10_000
"""The width of a table that goes into a file or pipe: as wide as its longest row."""

Cells = tuple[str, ...]


def inventory(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scripts are (or one script).")],
    format_: Annotated[
        Literal["table", "jsonl", "csv"],
        typer.Option(
            "--format", help="table: to read. jsonl: one JSON object a row. csv: for a spreadsheet."
        ),
    ] = "table",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write it. [default: standard output]")
    ] = None,
    jobs: JobsOption = None,
    cache: CacheOption = True,
    json_: JsonOption = False,
) -> None:
    """List calls, mapping rules, secrets and schedules of all scripts below a folder, one row each.

    The rows are a projection of the model that is emitted and run. A row whose evidence is `unresolved` has a part
    that could not be read; `hubshift audit` names it with its line.
    """
    kept = None
    if cache and folder.is_dir():
        from migrate.pipeline.cache_files import cache_folder
        from migrate.pipeline.kept_answers import AnswerCache
        from migrate.pipeline.walking import crontabs_below

        terminal = str(sys.stdout.isatty() and shutil.get_terminal_size().columns)
        crontabs = json.dumps(crontabs_below(folder))
        kept = AnswerCache(cache_folder(), folder, ("inventory", format_, str(json_), terminal, crontabs))
    answer = kept.find() if kept is not None else None
    text, unsure = answer or _read(folder, format_, jobs, cache, json_, kept)
    if out is None:
        typer.echo(text, nl=False)
    else:
        from migrate.pipeline.files import write_whole

        try:
            write_whole(out, text)
        except OSError as problem:
            fail_unwritten(problem, out)
        typer.echo(f"wrote {out}", err=json_)
    if unsure:
        said = "1 finding wants" if unsure == 1 else f"{unsure} findings want"
        typer.echo(f"{said} review: hubshift audit {folder} lists them", err=True)
        raise typer.Exit(REVIEW)


def _read(
    folder: Path, format_: str, jobs: int | None, cache: bool, json_: bool, kept: AnswerCache | None
) -> tuple[str, int]:
    """The answer, made anew, and the number of findings that want review; ends where there is no script."""
    from migrate.pipeline.inventorying import as_csv, as_json_lines
    from migrate.pipeline.inventorying import inventory as rows_of_audit

    found = all_extractions(folder, jobs, cache, secrets=False)
    rows = rows_of_audit(found, folder)
    if not rows and not any(one.wants_review for one in found.findings):
        fail_empty(found, folder)
    if json_:
        found_rows = {
            "scripts": found.scripts,
            "rows": [row.model_dump(mode="json") for row in rows],
            "findings": [finding_data(one) for one in found.findings],
        }
        text = json_text(found_rows) + "\n"
    else:
        text = {"jsonl": as_json_lines, "csv": as_csv, "table": as_tables}[format_](rows)
    unsure = sum(one.wants_review for one in found.findings)
    if kept is not None:
        kept.keep(text, unsure, found.seen, found.consulted)
    return text, unsure


def as_tables(rows: Sequence[Row]) -> str:
    """The rows for people: a table a kind, as wide as the terminal; as wide as needed where there is none."""
    import io

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from migrate.diagnostics import in_one_line

    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNBOUNDED
    out = io.StringIO()
    console = Console(file=out, width=wide, no_color=True, highlight=False)
    for title, heads, cells in _tables(rows):
        if not cells:
            continue
        table = Table(title=f"{title} ({len(cells)})", title_justify="left", box=None, pad_edge=False)
        for head in heads:
            table.add_column(head, overflow="fold", no_wrap=head == "place")
        for row in cells:
            table.add_row(*(Text(in_one_line(cell)) for cell in row))
        console.print(table)
        console.print()
    return out.getvalue()


def _tables(rows: Sequence[Row]) -> Iterator[tuple[str, tuple[str, ...], list[Cells]]]:
    from migrate.estate.inventory import CallRow, MappingRow, ScheduleRow, SecretRow

    calls: list[Cells] = [
        (f"{r.file}:{r.line}", f"{r.method} {r.base}{r.path}", r.role, r.auth, r.pagination)
        for r in rows
        if isinstance(r, CallRow)
    ]
    yield "calls", ("place", "call", "role", "auth", "pagination"), calls
    mappings: list[Cells] = [
        (f"{r.file}:{r.line}", r.target, ", ".join(r.sources), r.transform)
        for r in rows
        if isinstance(r, MappingRow)
    ]
    yield "mapping rules", ("place", "target", "sources", "transform"), mappings
    secrets: list[Cells] = [
        (f"{r.file}:{r.line}", r.name, r.storage) for r in rows if isinstance(r, SecretRow)
    ]
    yield "secrets", ("place", "name", "kept in"), secrets
    schedules: list[Cells] = [
        (f"{r.file}:{r.line}", r.cron, r.integration) for r in rows if isinstance(r, ScheduleRow)
    ]
    yield "schedules", ("place", "when", "starts"), schedules
