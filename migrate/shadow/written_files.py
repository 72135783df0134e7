"""Files that a leg made, changed or deleted in its working folder, as they were when it ended.

Everything in them is redacted. A SQLite database is shown by its tables, for its bytes say nothing: two databases with
the same rows may differ in every page.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from math import isfinite

from migrate.shadow.bodies import Json
from migrate.shadow.redaction import Redactor

_SQLITE = b"SQLite format 3\x00"
_KEPT = ("application_id", "user_version")
_JOURNALS = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that holds UTF-8."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its statement of creation, its columns, those of its primary key, and its rows in the key's order. An
    index, trigger or view has its statement alone; what SQLite keeps for itself has none."""

    name: str
    statement: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A SQLite database."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class BinaryFile:
    """A file of anything else, by the SHA-256 of what it holds."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DeletedFile:
    """A file that was there and is gone."""

    name: str


WrittenFile = TextFile | DatabaseFile | BinaryFile | DeletedFile


def written_files(changes: Iterable[tuple[str, bytes | None]], redactor: Redactor) -> tuple[WrittenFile, ...]:
    """What the changes of a leg's folder are: path and content, None for a file that is gone."""
    held = dict(changes)
    unfinished = {name.removesuffix(suffix) for name in held for suffix in _JOURNALS if name.endswith(suffix)}
    found: list[WrittenFile] = []
    for name, content in sorted(held.items()):
        shown = redactor.text(name)
        if content is None:
            found.append(DeletedFile(shown))
        elif content.startswith(_SQLITE) and name not in unfinished:
            found.append(_database(shown, content, redactor))
        else:
            found.append(_plain(shown, content, redactor))
    return tuple(found)


def _plain(name: str, content: bytes, redactor: Redactor) -> TextFile | BinaryFile:
    clean = redactor.kept(content)
    try:
        text = clean.decode("utf-8")
    except UnicodeDecodeError:
        return BinaryFile(name, len(content), hashlib.sha256(clean).hexdigest())
    return TextFile(name, text)


def _database(name: str, content: bytes, redactor: Redactor) -> DatabaseFile | BinaryFile:
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(content)
            listed = connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                " ORDER BY name"
            ).fetchall()
            tables = tuple(
                _table(connection, table, statement or "", redactor) for table, statement in listed
            ) + tuple(
                Table(redactor.text(f"{other} ({kind})"), redactor.text(statement), (), (), ())
                for kind, other, statement in connection.execute(
                    "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY 1, 2"
                )
            )
            tables += tuple(_own_tables(connection, redactor))
    except (sqlite3.Error, UnicodeDecodeError):
        return BinaryFile(name, len(content), hashlib.sha256(redactor.data(content)).hexdigest())
    return DatabaseFile(name, tables)


def _own_tables(connection: sqlite3.Connection, redactor: Redactor) -> Iterator[Table]:
    """What a database keeps beside its tables, where it is not as in a new one: the numbers that are given out next,
    and those that scripts keep in its header."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchall():
        rows = connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall()
        given = tuple((redactor.text(name), _shown(last, redactor)) for name, last in rows)
        yield Table("sqlite_sequence", "", ("name", "seq"), ("name",), given)
    held = [(name, connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in _KEPT]
    numbers = tuple((name, _shown(number, redactor)) for name, number in held if number)
    if numbers:
        yield Table("sqlite_header", "", ("name", "number"), ("name",), numbers)


def _table(connection: sqlite3.Connection, name: str, statement: str, redactor: Redactor) -> Table:
    quoted = '"' + name.replace('"', '""') + '"'
    described = connection.execute(f"PRAGMA table_info({quoted})").fetchall()
    key = [column[1] for column in sorted(described, key=lambda column: column[5]) if column[5]]
    selected = connection.execute(f"SELECT * FROM {quoted}")
    # `table_info` passes over columns that are computed.
    columns = [column[0] for column in selected.description]
    hidden = [redactor.column(column) for column in columns]
    rows = [
        tuple(
            _shown(value, redactor) if masked is None or value is None else masked
            for value, masked in zip(row, hidden, strict=True)
        )
        for row in selected
    ]
    positions = [columns.index(column) for column in key]
    if positions:
        rows.sort(key=lambda row: json.dumps([row[position] for position in positions]))
    return Table(
        redactor.text(name),
        redactor.text(statement),
        tuple(map(redactor.text, columns)),
        tuple(map(redactor.text, key)),
        tuple(rows),
    )


def _shown(value: object, redactor: Redactor) -> Json:
    match value:
        case None:
            return value
        case float() if not isfinite(value):
            return {"real": str(value)}
        case int() | float():
            clean = redactor.text(str(value))
            return value if clean == str(value) else clean
        case bytes():
            return {"blob": hashlib.sha256(redactor.kept(value)).hexdigest()}
        case _:
            return redactor.kept(str(value).encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def as_line(file: WrittenFile) -> str:
    """A written file as one line of JSON."""
    content: dict[str, object]
    match file:
        case TextFile(text=text):
            content = {"text": text}
        case DatabaseFile(tables=tables):
            content = {
                "tables": {t.name: {"columns": t.columns, "key": t.key, "rows": t.rows} for t in tables}
            }
        case BinaryFile(size=size, sha256=sha256):
            content = {"size": size, "sha256": sha256}
        case DeletedFile():
            content = {"deleted": True}
    return json.dumps({"file": file.name, **content}, ensure_ascii=False)
