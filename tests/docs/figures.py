"""The page of the figures per construct, of results that are stored beside the labels."""

from __future__ import annotations

from collections.abc import Iterator

from tests.labels.constructs import TITLES, Figure
from tests.labels.results import share, stored

SET = "development"
HEAD = """# Figures per construct

<!-- Generated from tests/labels/results.json: `make pages`. -->

How much of public scripts is read, by construct. The scripts were labelled by hand before any tool of this repository
had read them ([tests/labels](../tests/labels/README.md)); their texts are not part of it. The extractors are steered
by this set, so the figures say what is known to work, not how the next script fares. A call or mapping is *found*
where a row of the inventory answers its label, and *right* where method, host and path, or the sources of the mapping,
agree."""


def figures_page() -> str:
    """The whole page."""
    labels, figures = stored(SET)
    parts = [HEAD, f"{len(labels)} scripts and projects."]
    for table, title in TITLES.items():
        parts += [f"## {title}", "\n".join(_table(figures[table]))]
    return "\n\n".join(parts) + "\n"


def _table(found: tuple[Figure, ...]) -> Iterator[str]:
    yield "| construct | labels | found | right |"
    yield "| --- | ---: | ---: | ---: |"
    for one in found:
        shares = [f"{part} ({share(part, one.total)})" for part in (one.found, one.right)]
        yield f"| {one.name} | {one.total} | {shares[0]} | {shares[1]} |"
