"""What a shadow run says nothing about: each flow's list, for the report's own part and for its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.report import wording
from migrate.report.content import FlowPage, Place

_FIRST = 3


@dataclass(frozen=True)
class Unverified:
    """One thing that was not verified: of which kind, what, and where."""

    kind: str
    text: str
    place: Place | None = None


def unverified(flow: FlowPage) -> tuple[Unverified, ...]:
    """All that was not verified of a flow, what was not compared at all first."""
    return tuple(_unverified(flow))


def _unverified(flow: FlowPage) -> Iterator[Unverified]:
    if flow.verdict == "NOT COMPARED":
        yield Unverified("not compared", "no shadow run was asked for")
    for leg in flow.legs:
        if leg.state == "not-run":
            yield Unverified("leg not run", f"{leg.name}: {leg.detail or 'no reason given'}")
    for one in flow.findings:
        if one.severity == "gap":
            yield Unverified("gap", f"{one.code} {one.title}: {one.message}", one.place)
    for loss in flow.losses:
        yield Unverified("loss", f"{loss.id}: {loss.reason}")
    for reason in flow.reasons:
        verdict, _, text = reason.partition(" ")
        if verdict != "FAIL" and not text.startswith(("gaps:", "not-run:")):
            yield Unverified("open reason", text)
    for pair in flow.comparisons:
        for left_out in pair.left_out:
            yield Unverified("left out by a named rule", f"{pair.left} and {pair.right}: {left_out}")
    if flow.legs and not flow.coverage:
        yield Unverified("coverage", "what the recording exercised is not known")
    missed = wording.never(flow)
    for kind, names in wording.COVERED.items():
        rows = [row for row in missed if row.kind == kind]
        if rows:
            first = "; ".join(wording.way(row) for row in rows[:_FIRST])
            more = f"; and {len(rows) - _FIRST} more" if len(rows) > _FIRST else ""
            name = names[len(rows) != 1]
            yield Unverified("never exercised", f"{len(rows)} {name}: {first}{more}", rows[0].place)
