"""What is wrong with the scripts themselves: findings HS4, computed from the models and from what the code shows.

One module a family of checks; each check is a generator of diagnostics without source lines. The codes are
declared in `migrate.diagnostics.risks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from migrate.estate.risks.code import code
from migrate.estate.risks.copies import copies
from migrate.estate.risks.errors import errors
from migrate.estate.risks.flow import Flow
from migrate.estate.risks.lifecycle import NOTHING_AROUND, Surroundings, ending, not_started
from migrate.estate.risks.paging import paging
from migrate.estate.risks.privacy import privacy
from migrate.estate.risks.secrecy import secrecy
from migrate.estate.risks.transport import transport
from migrate.estate.risks.writing import writing

__all__ = ["NOTHING_AROUND", "Surroundings", "risks_of"]

_OF_A_FLOW = (secrecy, transport, writing, paging, errors, ending, privacy, code)


def risks_of(
    extractions: Sequence[Extraction], around: Surroundings = NOTHING_AROUND
) -> tuple[tuple[Diagnostic, ...], ...]:
    """The findings of each flow, in the order of the flows: each code once in a place, by file, line and code.

    What is wrong with several flows together stands with the first of them. A module that several flows load has its
    findings once, with the first flow.
    """
    flows = [Flow(one) for one in extractions]
    found: list[list[Diagnostic]] = [[one for check in _OF_A_FLOW for one in check(flow)] for flow in flows]
    numbers = {flow.integration.id: number for number, flow in enumerate(flows)}
    for flow, diagnostic in (*copies(flows), *not_started(flows, around)):
        found[numbers[flow]].append(diagnostic)
    seen: set[tuple[object, ...]] = set()
    return tuple(tuple(_first(sorted(one, key=_place), seen)) for one in found)


def _first(found: Sequence[Diagnostic], seen: set[tuple[object, ...]]) -> Iterator[Diagnostic]:
    for one in found:
        place = _place(one)
        if place not in seen:
            seen.add(place)
            yield one


def _place(one: Diagnostic) -> tuple[str, int, int, str]:
    span = one.span
    return (span.file, span.line, span.column, one.code) if span is not None else ("", 0, 0, one.code)
