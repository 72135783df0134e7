"""Steps that access files and databases, for tests of the runner and of targets."""

from __future__ import annotations

import itertools
from typing import Any

from migrate.model import (
    Call,
    Constant,
    Expression,
    FileOperation,
    FilePath,
    Reference,
    SequenceExpression,
    SqlOperation,
    Write,
)
from migrate.model.values import Value

NUMBERS = itertools.count(1)


def text(value: Value) -> Constant:
    assert not isinstance(value, (list, dict))
    return Constant(value=value)


def at(path: str, folder: Any = "working") -> FilePath:
    return FilePath(folder=folder, path=text(path))


def file(action: Any, path: str = "f.txt", id: str = "", **fields: Any) -> Write:
    return Write(id=id or f"{action}_{path}", operation=FileOperation(action=action, file=at(path), **fields))


def sql(
    action: Any, statement: str | None = None, parameters: Expression | None = None, **fields: Any
) -> Write:
    made = SqlOperation(
        dialect="sqlite",
        connection="c",
        action=action,
        database=at("d.db") if action == "connect" else None,
        statement=None if statement is None else text(statement),
        parameters=parameters,
        **fields,
    )
    return Write(id=f"sql{next(NUMBERS)}", operation=made)


def shown(step: str, part: Any) -> Write:
    """Writes a part of a result to the file `shown`."""
    content = Call(function="python.json_text", arguments=(Reference(step=step, part=part),))
    return file("append", "shown", id=f"shown_{step}_{part}", content=content)


ROW = SequenceExpression(items=(text("a;b"), text(None), text(10.0), text("ü")))
CSV_ROW = Call(
    function="python.csv_row",
    arguments=(ROW, Call(function="python.json_value", arguments=(text('{"delimiter": ";"}'),))),
)

TABLE = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"
INSERT = "INSERT INTO t (a, b) VALUES (?, ?)"
TWO = SequenceExpression(
    items=(SequenceExpression(items=(text(1), text("x"))), SequenceExpression(items=(text(2), text(None))))
)
