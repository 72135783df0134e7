"""Accesses to files and statements of databases do what their model says, and nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from migrate.model import (
    Call,
    Check,
    FileOperation,
    Handler,
    Integration,
    Read,
    Reference,
    SequenceExpression,
    Step,
    Try,
    Write,
)
from migrate.reference import Folders, run
from migrate.reference.exchange import Answer, Request
from tests.unit.reference.accesses import CSV_ROW, INSERT, TABLE, TWO, at, file, shown, sql, text


class Nobody:
    """A transport that is never asked."""

    def send(self, request: Request) -> Answer:
        raise AssertionError(request.url)


def done(folder: Path, *steps: Step) -> str:
    """Why the run failed, or the empty text."""
    integration = Integration.model_validate({"id": "i", "name": "i", "steps": steps, "sources": ()})
    return run(integration, {}, Nobody(), folders=Folders(folder / "script", folder)).reason


@pytest.mark.parametrize(
    ("steps", "content"),
    [
        ([file("create")], b""),
        ([file("create"), file("append", content=text("ü\n"))], "ü\n".encode()),
        ([file("append", content=CSV_ROW)], '"a;b";;10.0;ü\r\n'.encode()),
        ([file("append", content=text("ü"), encoding="python.latin-1")], b"\xfc"),
        (
            [
                file("append", content=text("a"), encoding="python.utf-8-sig"),
                file("append", id="again", content=text("b"), encoding="python.utf-8-sig"),
            ],
            b"\xef\xbb\xbfab",
        ),
    ],
)
def test_what_is_written_stands_in_the_file(steps: list[Write], content: bytes, tmp_path: Path) -> None:
    assert done(tmp_path, *steps) == ""
    assert (tmp_path / "f.txt").read_bytes() == content


@pytest.mark.parametrize(
    ("fields", "text_read"),
    [
        ({}, "ü\r\nb\rc\n"),
        ({"newlines": "translated"}, "ü\nb\nc\n"),
        ({"encoding": "python.latin-1"}, "Ã¼\r\nb\rc\n"),
    ],
)
def test_a_file_is_read_as_a_whole(fields: dict[str, Any], text_read: str, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes("ü\r\nb\rc\n".encode())
    read = Read(id="read", operation=FileOperation(action="read", file=at("f.txt"), **fields))
    assert done(tmp_path, read, file("append", "copy", content=Reference(step="read", part="text"))) == ""
    assert (tmp_path / "copy").read_bytes().decode() == text_read


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (file("read"), "FileNotFoundError"),
        (file("read", "script"), "IsADirectoryError"),
        (file("read", ""), "FileNotFoundError"),
        (file("read", "bytes"), "UnicodeDecodeError"),
        (file("create", "no/f.txt"), "FileNotFoundError"),
        (file("append", content=text(1)), "TypeError"),
        (file("append", content=text("ü"), encoding="python.ascii"), "UnicodeEncodeError"),
        (file("move", target=at("g.txt")), "FileNotFoundError"),
        (file("delete"), "FileNotFoundError"),
        (sql("execute", "SELECT 1"), "NameError"),
    ],
)
def test_an_error_has_the_kind_that_python_gives_it(step: Write, kind: str, tmp_path: Path) -> None:
    (tmp_path / "script").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff")
    assert done(tmp_path, step).partition(":")[0] == kind
    handled = Try(id="try", steps=(step,), handlers=(Handler(errors=(kind,), steps=()),))
    assert done(tmp_path, handled) == ""


def test_a_file_beside_the_script_is_told_from_one_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "script").mkdir()
    beside = FileOperation(action="create", file=at("state", "script"))
    exists = Read(id="e", operation=FileOperation(action="exists", file=at("state", "script")))
    other = Read(id="o", operation=FileOperation(action="exists", file=at("state")))
    assert (
        done(
            tmp_path,
            Write(id="w", operation=beside),
            exists,
            other,
            shown("e", "exists"),
            shown("o", "exists"),
        )
        == ""
    )
    assert (tmp_path / "shown").read_text() == "truefalse"


def test_rows_come_as_lists_or_as_maps(tmp_path: Path) -> None:
    lists, maps = sql("execute", "SELECT a, b FROM t"), sql("execute", "SELECT a, b FROM t", row_shape="maps")
    many = sql("execute-many", INSERT, TWO)
    steps = [sql("connect"), sql("execute", TABLE), many, lists, maps]
    parts = [
        shown(many.id, "row_count"),
        shown(lists.id, "rows"),
        shown(maps.id, "rows"),
        shown(maps.id, "columns"),
    ]
    assert done(tmp_path, *steps, *parts) == ""
    assert (tmp_path / "shown").read_text() == (
        '2[[1, "x"], [2, null]][{"a": 1, "b": "x"}, {"a": 2, "b": null}]["a", "b"]'
    )


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ([sql("execute-many", INSERT, TWO)], 0),
        ([sql("execute-many", INSERT, TWO), sql("close")], 0),
        ([sql("execute-many", INSERT, TWO), sql("commit")], 2),
        ([sql("execute-many", INSERT, TWO), sql("rollback"), sql("commit")], 0),
    ],
)
def test_what_is_not_committed_is_lost(steps: list[Write], rows: int, tmp_path: Path) -> None:
    assert done(tmp_path, sql("connect"), sql("execute", TABLE), *steps) == ""
    with sqlite3.connect(tmp_path / "d.db") as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (rows,)
    connection.close()


def test_an_error_of_the_database_has_its_own_kind(tmp_path: Path) -> None:
    one = SequenceExpression(items=(text(1), text("secret value")))
    steps = [sql("connect"), sql("execute", TABLE), sql("execute", INSERT, one), sql("execute", INSERT, one)]
    assert done(tmp_path, *steps) == "sqlite3.IntegrityError: execute of a database"
    assert done(tmp_path, sql("connect"), sql("execute", "SELEC")).startswith("sqlite3.OperationalError")


def test_an_evaluation_in_between_sees_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text('{"since": 1}')
    value = Call(function="python.json_value", arguments=(Reference(step="read", part="text"),))
    member = Call(function="python.member", arguments=(value, text("sinc")))
    read = Read(id="read", operation=FileOperation(action="read", file=at("f.txt")))
    assert done(tmp_path, read, Check(id="check", expressions=(member,))).startswith("KeyError")
