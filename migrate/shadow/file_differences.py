"""Compares the files that two legs left behind; each difference names the line, cell, key or row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isfinite
from pathlib import PurePosixPath

from migrate.shadow.bodies import Json
from migrate.shadow.differences import ABSENT, Absent, Change, Field, FileDiffers, Key
from migrate.shadow.values import aligned, change_of, unequal_values
from migrate.shadow.written_files import BinaryFile, DatabaseFile, DeletedFile, Table, TextFile, WrittenFile

_DELIMITERS = ",;\t|"


def compare_files(left: Sequence[WrittenFile], right: Sequence[WrittenFile]) -> tuple[FileDiffers, ...]:
    """The differences between what two legs made, changed or deleted, by file name. `left` is the yardstick."""
    ours, theirs = ({file.name: file for file in side} for side in (left, right))
    found: list[FileDiffers] = []
    for name in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None:
            found.append(FileDiffers(name, "", (), _state(one), _state(other)))
        elif repr(one) != repr(other):  # 1 and 1.0 are equal otherwise
            found += _different(one, other)
    return tuple(found)


def _state(file: WrittenFile | None) -> str:
    match file:
        case None:
            return "not changed"
        case DeletedFile():
            return "deleted"
        case _:
            return "written"


def _different(one: WrittenFile, other: WrittenFile) -> list[FileDiffers]:
    """At least one difference between two files of one name."""
    match one, other:
        case TextFile(name=name, text=ours), TextFile(text=theirs):
            suffix = PurePosixPath(name).suffix.lower()
            found = list(_BY_SUFFIX.get(suffix, _in_lines)(name, ours, theirs))
            found += _in_form(name, suffix, ours, theirs, found)
            return found or list(_in_lines(name, ours, theirs))
        case DatabaseFile(name=name, tables=ours), DatabaseFile(tables=theirs):
            return list(_in_tables(name, ours, theirs)) or [
                FileDiffers(name, "content", (), "one", "another")
            ]
        case BinaryFile(name=name, sha256=ours), BinaryFile(sha256=theirs):
            return [FileDiffers(name, "content", (), ours, theirs)]
        case _:
            return [FileDiffers(one.name, "", (), _kind(one), _kind(other))]


def _kind(file: WrittenFile) -> str:
    match file:
        case TextFile():
            return "text"
        case DatabaseFile():
            return "a database"
        case BinaryFile():
            return "bytes that are no text"
        case DeletedFile():
            return "deleted"


# --- text --------------------------------------------------------------------------------------------------------


def _in_lines(name: str, ours: str, theirs: str) -> Iterator[FileDiffers]:
    one, other = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    for i, j, change in aligned(one, other).parts():
        left, right = ABSENT if i is None else one[i], ABSENT if j is None else other[j]
        if left != right or change == "reordered":
            line = (i if i is not None else j or 0) + 1
            to = j + 1 if change == "reordered" and j is not None else None
            yield FileDiffers(name, f"line {line}", (), left, right, change, to)


@dataclass(frozen=True)
class _Rows:
    """The rows of a CSV file, each with the line on which it begins."""

    header: list[str]
    rows: list[tuple[str, ...]]
    lines: list[int]

    def records(self) -> list[Json]:
        """The rows as maps of their columns, by which rows are told to be the same; as lists without a plain header."""
        if len(set(self.header)) < len(self.header):
            return [list(row) for row in self.rows]
        return [
            dict(zip(self.header, row, strict=True)) if len(row) == len(self.header) else list(row)
            for row in self.rows
        ]

    @classmethod
    def of(cls, text: str, delimiter: str) -> _Rows:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows, lines, line = [], [], 1
        for row in reader:
            rows.append(tuple(row))
            lines.append(line)
            line = reader.line_num + 1
        return cls(list(rows[0]) if rows else [], rows, lines)


def _in_cells(name: str, ours: str, theirs: str) -> Iterator[FileDiffers]:
    first = ours.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        one, other = _Rows.of(ours, delimiter), _Rows.of(theirs, delimiter)
    except csv.Error:
        return
    alignment = aligned(one.records(), other.records())
    if alignment.moved and (0, 0) not in alignment.pairs:
        # The row of names is no row among others, whatever their order says.
        yield FileDiffers(name, "line 1", (), list(one.rows[0]), list(other.rows[0]))
    for i, j, change in alignment.parts():
        if i is None or j is None or change == "reordered":
            at = one.lines[i] if i is not None else other.lines[j or 0]
            left: Field = ABSENT if i is None else list(one.rows[i])
            right: Field = ABSENT if j is None else list(other.rows[j])
            to = other.lines[j] if change == "reordered" and j is not None else None
            yield FileDiffers(name, f"line {at}", (), left, right, change, to)
            continue
        row, against = one.rows[i], other.rows[j]
        for number in range(max(len(row), len(against))):
            cells = [side[number] if number < len(side) else ABSENT for side in (row, against)]
            if cells[0] != cells[1]:
                column = one.header[number] if number < len(one.header) else ""
                shown = f"column {column or number + 1}"
                keys: tuple[Key, ...] = (column,) if column else ()
                yield FileDiffers(name, f"line {one.lines[i]}, {shown}", keys, cells[0], cells[1])


def _refuse(text: str) -> float:
    raise ValueError("no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)


_JSON = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _in_json(name: str, ours: str, theirs: str) -> Iterator[FileDiffers]:
    try:
        one, other = _JSON.decode(ours), _JSON.decode(theirs)
    except (ValueError, RecursionError):
        return
    for part in unequal_values((), one, other):
        yield FileDiffers(name, "", part.keys, part.left, part.right, part.change, part.to)


_BY_SUFFIX = {".csv": _in_cells, ".tsv": _in_cells, ".json": _in_json}


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"{}\[\],:]+|[{}\[\],:]|\s+|"', re.DOTALL)


def _in_form(
    name: str, suffix: str, ours: str, theirs: str, found: Sequence[FileDiffers]
) -> Iterator[FileDiffers]:
    """What is written otherwise beside the values that differ: line ends, quotes, digits, a key that stands twice."""
    if suffix not in _BY_SUFFIX or not found:
        return
    moved = any(one.kind == "reordered" for one in found)
    changed = [one for one in found if one.kind != "reordered"]
    if any(one.kind not in ("different", "type changed") or _compound(one) for one in changed):
        # Where there are other items, the rest is written otherwise for that.
        return
    tokens = _TOKEN.findall if suffix == ".json" else _cells
    one, other = tokens(ours), tokens(theirs)
    if moved:
        # The same parts in another order; what is left of each side is not the same.
        parts = Counter(one), Counter(other)
        one, other = (sorted((parts[side] - parts[1 - side]).elements()) for side in (0, 1))
    if len(one) != len(other):
        yield FileDiffers(name, "form", (), f"{len(one)} parts", f"{len(other)} parts")
        return
    values = Counter((str(part.left), str(part.right)) for part in changed)
    others = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    if len(others) > len(changed):
        left, right = next((p for p in others if (_bare(p[0]), _bare(p[1])) not in values), others[0])
        yield FileDiffers(name, "form", (), left, right)


def _compound(one: FileDiffers) -> bool:
    return any(isinstance(side, list | dict | Absent) for side in (one.left, one.right))


def _bare(token: str) -> str:
    return token[1:-1].replace('""', '"') if len(token) > 1 and token[0] == token[-1] == '"' else token


def _cells(text: str) -> list[str]:
    """The cells of a CSV file as they are written, and what stands between them."""
    delimiter = re.escape(max(_DELIMITERS, key=text.partition("\n")[0].count))
    return re.split(rf'("(?:[^"]|"")*"|{delimiter}|\r\n|\n|\r)', text)


# --- databases ---------------------------------------------------------------------------------------------------


def _in_tables(name: str, ours: Sequence[Table], theirs: Sequence[Table]) -> Iterator[FileDiffers]:
    one, other = ({table.name: table for table in side} for side in (ours, theirs))
    for table in sorted(one.keys() | other.keys()):
        left, right = one.get(table), other.get(table)
        if left is None or right is None:
            found = [ABSENT if side is None else "there" for side in (left, right)]
            yield FileDiffers(name, f"table {table}", (), found[0], found[1])
        elif left.statement != right.statement:
            yield FileDiffers(name, f"table {table}", (), left.statement, right.statement)
        elif repr(left) != repr(right):
            yield from _in_rows(name, left, right)


_Row = tuple[Json, ...]


def _by_key(table: Table, positions: Sequence[int]) -> dict[str, list[_Row]]:
    """Rows by their key; SQLite takes null in it, and then more than one row may have the same."""
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in table.rows:
        found[json.dumps([row[position] for position in positions])].append(row)
    return found


def _in_rows(name: str, ours: Table, theirs: Table) -> Iterator[FileDiffers]:
    """Rows by their key; without one, in their order."""
    if not ours.key:
        one, other = ([dict(zip(t.columns, row, strict=True)) for row in t.rows] for t in (ours, theirs))
        pairs: list[tuple[_Row | None, _Row | None, Change]] = [
            (None if i is None else ours.rows[i], None if j is None else theirs.rows[j], change)
            for i, j, change in aligned(one, other).parts()
        ]
    else:
        positions = [ours.columns.index(column) for column in ours.key]
        keyed = [_by_key(table, positions) for table in (ours, theirs)]
        pairs = [
            (left, right, "extra" if left is None else "missing" if right is None else "different")
            for key in sorted(keyed[0].keys() | keyed[1].keys())
            for left, right in zip_longest(keyed[0].get(key, ()), keyed[1].get(key, ()))
        ]
    for left, right, change in pairs:
        row = left or right or ()
        shown = ", ".join(f"{column} {json.dumps(row[ours.columns.index(column)])}" for column in ours.key)
        place = f"table {ours.name}" + (f", {shown}" if shown else "")
        if left is None or right is None or change == "reordered":
            found = [ABSENT if side is None else list(side) for side in (left, right)]
            yield FileDiffers(name, place, (), found[0], found[1], change)
            continue
        for column, mine, other_value in zip(ours.columns, left, right, strict=True):
            if type(mine) is not type(other_value) or repr(mine) != repr(other_value):
                kind = change_of(mine, other_value)
                yield FileDiffers(name, f"{place}, column {column}", (column,), mine, other_value, kind)
