"""What legs and recording have of each other: requests that the recording does not answer, and recorded ones that a leg
did not make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from migrate.report.content import RefusedRow, UnusedRow
from migrate.shadow.messages import Refusal
from migrate.shadow.operations import template_of
from migrate.shadow.verdict import LegResult


def refused_rows(legs: Sequence[LegResult]) -> tuple[RefusedRow, ...]:
    """Each request that was refused, in the order in which the legs made them, with what was recorded nearest to it."""
    times: dict[tuple[str, str], Counter[str]] = {}
    why: dict[tuple[str, str], Refusal | None] = {}
    for leg in legs:
        for request in sorted((*leg.writes, *leg.reads), key=lambda one: one.sequence):
            if request.source == "refused":
                asked = request.method, request.url
                times.setdefault(asked, Counter())[leg.name] += 1
                why[asked] = why.get(asked) or request.refusal
    return tuple(
        _refused(f"{method} {url}", tuple(times[method, url].items()), why[method, url])
        for method, url in times
    )


def _refused(request: str, legs: tuple[tuple[str, int], ...], refusal: Refusal | None) -> RefusedRow:
    if refusal is None:
        return RefusedRow(legs, request)
    nearest = f"{refusal.nearest} ({refusal.place})" if refusal.nearest else ""
    notes = (
        *([] if refusal.searched else ["the nearest one was not looked for"]),
        *([refusal.collection] if refusal.collection else []),
    )
    return RefusedRow(legs, request, nearest, tuple(map(str, refusal.differences)), notes)


def unused_rows(legs: Sequence[LegResult]) -> tuple[UnusedRow, ...]:
    """The recorded requests that legs did not make, those of one operation and the same legs together.

    Without their query, which may hold a secret that nobody has named.
    """
    requests = {recorded.place: recorded.request for leg in legs for recorded in leg.unused}
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for place, request in requests.items():
        names = tuple(leg.name for leg in legs if any(place == recorded.place for recorded in leg.unused))
        groups.setdefault((template_of(request), names), []).append(place)
    rows = []
    for (template, names), places in groups.items():
        urls = {requests[place].url.partition("?")[0] for place in places}
        named = f"{requests[places[0]].method} {urls.pop()}" if len(urls) == 1 else template
        rows.append(UnusedRow(names, named, tuple(places)))
    return tuple(rows)
