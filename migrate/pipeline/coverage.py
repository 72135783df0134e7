"""What a recording exercised of a model, in rows for a report."""

from __future__ import annotations

from migrate.pipeline.places import Lines, place_of
from migrate.reference.coverage import Point
from migrate.reference.observed import Observed
from migrate.report.content import CoverageRow

_COPIED = ("branch", "lookup")
"""Kinds of points that stand several times in a model where the script says something once and uses it often."""


def coverage_rows(observed: Observed, lines: Lines) -> tuple[CoverageRow, ...]:
    """A row for each way; those of the same place, condition and way are one, counted together."""
    rows: dict[object, CoverageRow] = {}
    for point, times in observed.points:
        behind = point.inside is not None and observed.points[point.inside][1] == 0
        key = _key(point)
        seen = rows.get(key)
        if seen is not None:
            times, behind = times + seen.times, behind and seen.behind
        owner = seen.owner if seen is not None else point.owner
        place = place_of(point.span, lines)
        rows[key] = CoverageRow(point.kind, owner, point.text, point.way, times, behind, place)
    return tuple(rows.values())


def _key(point: Point) -> object:
    if point.kind in _COPIED and point.span is not None:
        return point.kind, point.text, point.way, point.span
    return point.hit
