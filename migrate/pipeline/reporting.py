"""Turns what was found into a report."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import migrate
from migrate import registry
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.pipeline.estate_map import estate_map
from migrate.pipeline.files import WriteFile, write_whole
from migrate.pipeline.flow_pages import finding
from migrate.pipeline.places import Lines
from migrate.report.content import (
    EstateMap,
    FlowPage,
    Report,
    SourceRow,
)

if TYPE_CHECKING:
    pass


def write_report(
    folder: Path,
    title: str,
    pages: Iterable[FlowPage],
    unread: Iterable[Diagnostic] = (),
    extractions: Sequence[Extraction] | None = None,
    write: WriteFile = write_whole,
) -> Path:
    """Writes report.html, report.md and report.json into a folder; returns the HTML file's path.

    `extractions` are what the pages were made of, in their order; without them there is no map of the estate.
    """
    from migrate.report import render_html, render_json, render_markdown

    report = report_of(title, pages, unread, extractions)
    for name, render in (
        ("report.html", render_html),
        ("report.md", render_markdown),
        ("report.json", render_json),
    ):
        write(folder / name, render(report))
    return folder / "report.html"


def report_of(
    title: str,
    pages: Iterable[FlowPage],
    unread: Iterable[Diagnostic] = (),
    extractions: Sequence[Extraction] | None = None,
) -> Report:
    """The whole report; pages of one id get the name of their script behind it."""
    found = tuple(pages)
    ids = Counter(page.id for page in found)
    flows = tuple(
        replace(page, id=f"{page.id} ({', '.join(page.sources)})") if ids[page.id] > 1 else page
        for page in found
    )
    sources = {source for one in extractions or () for source in one.integration.sources}
    return Report(
        title,
        flows,
        tuple(finding(one) for one in unread),
        migrate.__version__,
        estate_map(extractions, [flow.id for flow in flows], _excerpts(flows))
        if extractions
        else EstateMap(),
        tuple(_environment(flows)),
        tuple(
            SourceRow(file, sha256)
            for file, sha256 in sorted((source.file, source.sha256) for source in sources)
        ),
    )


def _excerpts(flows: Iterable[FlowPage]) -> Lines:
    """The source lines that stand on the pages already."""
    places = (row.place for flow in flows for rows in (flow.steps, flow.rules) for row in rows)
    return {(place.file, place.line): place.excerpt for place in places if place is not None}


def _environment(flows: Iterable[FlowPage]) -> Iterator[tuple[str, str]]:
    yield "hubshift", migrate.__version__
    yield "Python", platform.python_version()
    for target in sorted({flow.target for flow in flows if flow.target}):
        yield f"target {target}", registry.emitter(target).engine.version()
