"""Batches taken apart: the same records to one URL, in other numbers at a time.

A batch is a body that is a list of maps, or a map with one such list whose other members are the same in all batches,
as are headers and answers; which list, people may say (`comparison: batches`). Only what is not equal as it was sent is
taken apart: its records are compared one by one in the order sent, so that a lost record is one missing record, however
the batches fell. That the batches fell otherwise is told by itself, unless a lost or added record explains it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from migrate.shadow.alignment import Pairs
from migrate.shadow.bodies import Json
from migrate.shadow.business_keys import named_paths
from migrate.shadow.comparison_settings import ComparisonSettings
from migrate.shadow.differences import (
    ABSENT,
    Absent,
    Different,
    ItemDiffers,
    Key,
    Rebatched,
    TypeChanged,
)
from migrate.shadow.exactness import settled
from migrate.shadow.operations import operation_of
from migrate.shadow.patterns import OperationPattern
from migrate.shadow.transport_headers import compared_headers
from migrate.shadow.values import Alignment, Unequal, aligned, json_type, unequal_values
from migrate.shadow.writes import Write

Found = Different | TypeChanged | ItemDiffers | Rebatched


@dataclass(frozen=True)
class _Batches:
    """The records of several writes to one URL in the order sent; `starts` counts those before each write."""

    writes: Sequence[Write]
    path: tuple[str, ...]
    sizes: tuple[int, ...]
    records: list[Json]

    @property
    def starts(self) -> list[int]:
        return [0, *accumulate(self.sizes)]

    def places(self) -> list[int]:
        """For each record the number of its write."""
        return [number for number, size in enumerate(self.sizes) for _ in range(size)]


def declared(write: Write, settings: ComparisonSettings) -> tuple[str, ...] | None:
    """The path of the list of records, where people say that the operation takes batches."""
    for batch in settings.batches:
        if OperationPattern(batch.operation).fits(operation_of(write)):
            return batch.path
    return None


def are_batches(left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings) -> bool:
    """Whether writes to one URL are batches to be taken apart: more than one, and not one against one."""
    return (
        len(left) + len(right) > 2 and bool(left) and bool(right) and _path(left, right, settings) is not None
    )


@dataclass(frozen=True)
class BatchComparison:
    """The differences between the records of two legs' batches; and which batches correspond, where they fell alike.

    `pairs` are positions among the writes that were compared, empty where the batches fell otherwise.
    """

    found: list[Found]
    pairs: Pairs


def compare_batches(
    left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings
) -> BatchComparison:
    """Compares the records of two legs' batches to one URL, for which `are_batches` holds."""
    path = _path(left, right, settings)
    assert path is not None
    ours, theirs = (_taken_apart(writes, path) for writes in (left, right))
    inner = tuple(key[len(path) :] for key in named_paths(left[0], settings) if key[: len(path)] == path)
    alignment = aligned(ours.records, theirs.records, inner)
    found = list(_records(ours, theirs, alignment))
    pairs = _together(ours, theirs, alignment)
    if not pairs and not _filled_alike(ours.sizes, theirs.sizes):
        found.append(Rebatched(left[0], right[0], ours.sizes, theirs.sizes))
    return BatchComparison(found, pairs)


def _path(
    left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings
) -> tuple[str, ...] | None:
    """The path of the list of records in all of the bodies, if they are batches."""
    writes = [*left, *right]
    path = declared(writes[0], settings)
    if path is None:
        path = _list_in(writes[0].body)
    if path is None:
        return None
    around = set()
    statuses = set()
    for write in writes:
        parts = _opened(write.body, path)
        if parts is None or not all(isinstance(record, dict) for record in parts[1]):
            return None
        around.add((tuple(sorted(compared_headers(write).items())), settled(parts[0]), write.written_as))
        if write.source != "synthetic":
            statuses.add(write.status)
    return path if len(around) == 1 and len(statuses) < 2 else None


def _list_in(body: Json) -> tuple[str, ...] | None:
    if isinstance(body, list):
        return ()
    if isinstance(body, dict):
        lists = [name for name, value in body.items() if isinstance(value, list) and value]
        return (lists[0],) if len(lists) == 1 else None
    return None


def _opened(body: Json, path: tuple[str, ...]) -> tuple[Json, list[Json]] | None:
    """The body with an empty list of records, and the records; None where there is no list."""
    if not path:
        return ([], body) if isinstance(body, list) else None
    if not isinstance(body, dict) or path[0] not in body:
        return None
    inner = _opened(body[path[0]], path[1:])
    return None if inner is None else ({**body, path[0]: inner[0]}, inner[1])


def _taken_apart(writes: Sequence[Write], path: tuple[str, ...]) -> _Batches:
    lists = [opened[1] for write in writes if (opened := _opened(write.body, path)) is not None]
    return _Batches(writes, path, tuple(map(len, lists)), [record for records in lists for record in records])


def _records(left: _Batches, right: _Batches, found: Alignment) -> Iterator[Found]:
    places = left.places(), right.places()
    starts = left.starts, right.starts

    def at(side: int, position: int) -> tuple[tuple[Key, ...], Write]:
        number = places[side][position]
        batches = (left, right)[side]
        return ("body", *batches.path, position - starts[side][number]), batches.writes[number]

    for i, j, change in found.parts():
        if i is None:
            assert j is not None
            keys, theirs = at(1, j)
            yield ItemDiffers(change, keys, ABSENT, right.records[j], None, theirs)
            continue
        keys, ours = at(0, i)
        if j is None:
            yield ItemDiffers(change, keys, left.records[i], ABSENT, ours, None)
            continue
        there, theirs = at(1, j)
        if change == "reordered":
            to = there[-1]
            assert isinstance(to, int)
            yield ItemDiffers(change, keys, left.records[i], right.records[j], ours, theirs, to)
        else:
            for part in unequal_values(keys, left.records[i], right.records[j]):
                yield field_difference(part, ours, theirs)


def field_difference(part: Unequal, left: Write, right: Write) -> Different | TypeChanged | ItemDiffers:
    """An unequal part of two bodies as a difference between the two writes."""
    ours, theirs = part.left, part.right
    if part.change == "different" or isinstance(ours, Absent) or isinstance(theirs, Absent):
        if part.change in ("different", "type changed"):
            return Different(part.keys, ours, theirs, left, right)
    elif part.change == "type changed":
        return TypeChanged(part.keys, ours, theirs, json_type(ours), json_type(theirs), left, right)
    return ItemDiffers(part.change, part.keys, ours, theirs, left, right, part.to)


def _together(left: _Batches, right: _Batches, found: Alignment) -> Pairs:
    """The batches that correspond, where each has the records of one other and none is without; else nothing."""
    places = left.places(), right.places()
    pairs = {(places[0][i], places[1][j]) for i, j in found.pairs}
    alone = len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    return sorted(pairs) if alone and len(pairs) == len(left.writes) == len(right.writes) else []


def _filled_alike(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether both sides fill batches up to one size, so that lost or added records explain where they fell."""
    return 0 not in (*left, *right) and _filled(left) and _filled(right) and left[0] == right[0]


def _filled(sizes: tuple[int, ...]) -> bool:
    """Whether records are sent as soon as there are as many as in the first batch, and the rest at the end."""
    return all(size == sizes[0] for size in sizes[:-1]) and sizes[-1] <= sizes[0]
