"""How many labels of each construct the inventory answers: found at all, and right.

Rows and labels are paired one to one, the best pairs first. A request is right where method, host and path agree, a
call of another kind where it is found, a mapping where its sources agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrate.estate.inventory import CallRow, MappingRow, Row
from tests.labels.equality import (
    ends_alike,
    goes_there,
    in_one_file,
    is_near,
    is_near_mapping,
    parts,
    same_sources,
)
from tests.labels.labels import HTTP, Call, Label
from tests.labels.labels import Mapping as MappingLabel

_APPROXIMATE = 3
"""Lines by which a label with approximate lines may be off."""
_BESIDE = 1
"""Lines by which a call that is no request may be off."""
TITLES = {
    "url_by": "Requests by how the script gives the URL",
    "client": "Calls by client",
    "idiom": "Mappings by idiom",
}

Option = tuple[tuple[int, ...], int, int]
"""How good a pair is, the smallest best, and the numbers of label and row."""


@dataclass(frozen=True)
class Figure:
    """A construct: how many labels there are, how many are found, how many of these are right."""

    name: str
    total: int
    found: int
    right: int


Figures = dict[str, tuple[Figure, ...]]
"""Tables by `url_by`, `client` and `idiom`."""


def figures(labels: Mapping[str, Label], rows: Mapping[str, Sequence[Row]]) -> Figures:
    """The figures of a set; `rows` are what the inventory says of each script."""
    counted: dict[str, dict[str, list[int]]] = {table: defaultdict(lambda: [0, 0, 0]) for table in TITLES}
    for id, label in labels.items():
        if label.robustness_only:
            continue
        for table, name, found, right in _answers(label, rows.get(id, ())):
            counts = counted[table][name]
            counts[0] += 1
            counts[1] += found
            counts[2] += right
    return {
        table: tuple(
            Figure(name, *counts)
            for name, counts in sorted(named.items(), key=lambda one: (-one[1][0], one[0]))
        )
        for table, named in counted.items()
    }


def _answers(label: Label, rows: Sequence[Row]) -> Iterator[tuple[str, str, bool, bool]]:
    """For each label that has to be met: table, construct, found, right."""
    entry = label.paths[0]
    tolerance = 0 if label.line_numbers == "exact" else _APPROXIMATE
    calls = [row for row in rows if isinstance(row, CallRow)]
    sent = [call for call in label.calls if call.is_http and not call.inbound]
    requests = [row for row in calls if row.protocol in HTTP and row.direction != "inbound"]
    pairs = _paired(_request_options(sent, requests, entry, tolerance))
    for number, call in enumerate(sent):
        if call.required:
            row = requests[pairs[number]] if number in pairs else None
            right = row is not None and row.method.upper() == call.method and goes_there(call, row)
            yield "url_by", call.url_by, row is not None, right
            yield "client", call.client, row is not None, right
    for call in label.calls:
        if call.required and not call.is_http:
            found = any(
                in_one_file(call, row, entry) and is_near(call, row, max(tolerance, _BESIDE)) for row in calls
            )
            yield "client", call.client, found, found
    mapped = list(
        {
            (row.file, row.line, row.target.lower(), row.sources): row
            for row in rows
            if isinstance(row, MappingRow)
        }.values()
    )
    wanted = [mapping for mapping in label.mappings if mapping.required]
    pairs = _paired(_mapping_options(wanted, mapped, entry, tolerance))
    for number, mapping in enumerate(wanted):
        answer = mapped[pairs[number]] if number in pairs else None
        yield "idiom", mapping.idiom, answer is not None, answer is not None and same_sources(mapping, answer)


def _request_options(
    calls: Sequence[Call], rows: Sequence[CallRow], entry: str, tolerance: int
) -> Iterator[Option]:
    for i, call in enumerate(calls):
        for j, row in enumerate(rows):
            if in_one_file(call, row, entry):
                close, place = is_near(call, row, tolerance), goes_there(call, row)
                verb = row.method.upper() == call.method
                if close or (place and verb):
                    yield (-(4 * close + 2 * place + verb), abs(call.line - row.line)), i, j


def _mapping_options(
    labels: Sequence[MappingLabel], rows: Sequence[MappingRow], entry: str, tolerance: int
) -> Iterator[Option]:
    """A name that is shorter than the label's counts on the label's own lines only."""
    for i, label in enumerate(labels):
        for j, row in enumerate(rows):
            if not ends_alike(label.target, row.target):
                continue
            close = in_one_file(label, row, entry) and is_near_mapping(label, row, tolerance)
            want, got = parts(label.target), parts(row.target)
            if close or len(got) >= len(want):
                best = -(4 * close + 2 * same_sources(label, row) + (want == got))
                yield (best, abs(label.line - row.line)), i, j


def _paired(options: Iterable[Option]) -> dict[int, int]:
    """The row of each label that has one, the best pairs first, each row once."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, label, row in sorted(options):
        if label not in pairs and row not in taken:
            pairs[label] = row
            taken.add(row)
    return pairs
