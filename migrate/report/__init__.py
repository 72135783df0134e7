"""The report of a migration: one content, shown as HTML, Markdown or JSON.

All three take a `migrate.report.content.Report` and return the whole text; they read no file but the
package's own templates and give the same text for the same report.
"""

from __future__ import annotations

from migrate.report.data import render_json
from migrate.report.html import render_html
from migrate.report.markdown import render_markdown

__all__ = ["render_html", "render_json", "render_markdown"]
