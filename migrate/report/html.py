"""The report as one HTML file: no script, no request, inline style; for a screen, a phone and paper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from migrate.diagnostics import visible
from migrate.report import wording
from migrate.report.content import Report
from migrate.report.view import view

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(report: Report) -> str:
    """A whole HTML document; every text of the report is escaped in it."""
    shown = view(report)
    template = _environment().get_template("report.html")
    return template.render(report=report, shown=shown, flows=shown.flows, say=wording)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only who asks for HTML waits for it

    return Environment(
        loader=PackageLoader("migrate.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    return visible(value) if type(value) is str else value
