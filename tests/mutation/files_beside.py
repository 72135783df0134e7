"""Variations of the files beside a script: JSON, CSV, SQLite databases, other texts."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from tempfile import NamedTemporaryFile

from tests.mutation.json_places import MISSING, at, paths, with_changes
from tests.mutation.odd_values import Constants, Seen, odd
from tests.mutation.plan import Input

_SQLITE = b"SQLite format 3\0"
_DELIMITERS = ";,\t"
_ROWS = 2


def other_files(original: Input, constants: Constants, seen: Seen) -> Iterator[Input]:
    """A file beside the script is missing, empty, or holds something else."""
    for name, content in original.files.items():
        rest = {one: held for one, held in original.files.items() if one != name}
        yield replace(original, name=f"no {name}", files=rest, about=frozenset({name}))
        for label, held, about in _others(content, constants, seen):
            files = {**rest, name: held}
            yield replace(original, name=f"{name} {label}", files=files, about=frozenset({name, *about}))


def _others(content: bytes, constants: Constants, seen: Seen) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    if content.startswith(_SQLITE):
        yield "empty", b"", ()
        yield from _rows(content, constants, seen)
        return
    for label, held in (
        ("empty", b""),
        ("list", b"[]"),
        ("map", b"{}"),
        ("half", content[: len(content) // 2]),
        ("no UTF-8", content + b"\xff\n"),
        ("mark", b"\xef\xbb\xbf" + content),
        ("other line ends", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
        ("lone returns", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r")),
        ("no last line end", content.rstrip(b"\r\n")),
        ("empty lines", content.replace(b"\n", b"\n\n")),
        ("blank line", content + b"  \n"),
    ):
        yield label, held, ()
    try:
        body = json.loads(content)
    except ValueError:
        yield from _cells(content.decode("utf-8", "replace"), constants, seen)
        return
    for path in paths(body):
        for label, value in odd(at(body, path), constants, seen):
            changed = json.dumps(with_changes(body, [(path, value)])).encode()
            yield f"{'.'.join(map(str, path))} {label}", changed, tuple(str(key) for key in path[-1:])


def _cells(text: str, constants: Constants, seen: Seen) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Other cells of a table; a text without delimiters is one of a single column."""
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    def written(rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(
            rows
        )
        return out.getvalue().encode()

    if not table:
        return
    headed = head.count(delimiter) > 0
    first = int(headed)
    if headed:
        yield "head only", written(table[:1]), ()
        for column, name in enumerate(table[0]):
            renamed = [*table[0][:column], f"{name}x", *table[0][column + 1 :]]
            yield f"{name} renamed", written([renamed, *table[1:]]), (name,)
    yield "one row", written(table[: first + 1]), ()
    yield "twice", written([*table, *table[first:]]), ()
    for number, row in enumerate(table[first : first + _ROWS], start=first):
        for column, cell in enumerate(row):
            name = table[0][column] if headed and column < len(table[0]) else str(column)
            for label, value in odd(cell, constants, seen):
                if value is MISSING or isinstance(value, str):
                    new = [value] if isinstance(value, str) else []
                    kept = [*row[:column], *new, *(row[column + 1 :] if new else [])]
                    rows = [*table[:number], kept, *table[number + 1 :]]
                    yield f"{name} {number} {label}", written(rows), (name,)


def _rows(content: bytes, constants: Constants, seen: Seen) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Other rows of a database: values of the first ones, no row, twice as many; a table that is gone."""
    with NamedTemporaryFile(suffix=".db") as file:

        def changed(statement: str, *values: object) -> bytes | None:
            file.seek(0)
            file.truncate()
            file.write(content)
            file.flush()
            connection = sqlite3.connect(file.name)
            try:
                connection.execute(statement, values)
                connection.commit()
            except sqlite3.Error:
                return None
            finally:
                connection.close()
            with open(file.name, "rb") as written:
                return written.read()

        def made(
            label: str, about: tuple[str, ...], statement: str, *values: object
        ) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
            held = changed(statement, *values)
            if held is not None and held != content:
                yield label, held, about

        for table, columns, rows in _tables(content):
            quoted = f'"{table}"'
            yield from made(f"{table} gone", (), f"DROP TABLE {quoted}")
            yield from made(f"{table} empty", (), f"DELETE FROM {quoted}")
            for keep in rows[: _ROWS + 1]:
                yield from made(
                    f"{table} only {keep[0]}", (), f"DELETE FROM {quoted} WHERE rowid <> ?", keep[0]
                )
            for row_id, *row in rows[:_ROWS]:
                for column, value in zip(columns, row, strict=True):
                    for label, new in odd(value, constants, seen):
                        if isinstance(new, list | dict) or new is MISSING:
                            continue
                        update = f'UPDATE {quoted} SET "{column}" = ? WHERE rowid = ?'
                        name = f"{table}.{column} {row_id} {label}"
                        yield from made(name, (column,), update, new, row_id)


def _tables(content: bytes) -> list[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Each table with its columns and its rows, the row's own number first."""
    with NamedTemporaryFile(suffix=".db") as file:
        file.write(content)
        file.flush()
        connection = sqlite3.connect(file.name)
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            found = []
            for (name,) in names.fetchall():
                cursor = connection.execute(f'SELECT rowid, * FROM "{name}" ORDER BY rowid')
                columns = [str(one[0]) for one in cursor.description[1:]]
                found.append((str(name), columns, cursor.fetchall()))
            return found
        finally:
            connection.close()
