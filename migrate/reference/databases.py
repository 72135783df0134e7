"""Statements of databases in the dialect `sqlite`, spoken by Python's own `sqlite3`."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Any, Literal

from migrate.model import SqlOperation
from migrate.model.values import EvaluationError, UnmappedReached, Value, type_name
from migrate.reference.exchange import kind_of
from migrate.reference.expressions import evaluate
from migrate.reference.files import Folders
from migrate.reference.state import State


class Databases:
    """The connections of one run, by name. Those left open at its end lose what they did not commit."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._open: dict[str, sqlite3.Connection] = {}

    def __enter__(self) -> Databases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._open.values():
            connection.close()

    def run(self, operation: SqlOperation, state: State) -> dict[str, Value]:
        """Does what the operation says; the parts of its result. Raises EvaluationError and UnmappedReached."""
        if operation.action != "connect" and operation.connection not in self._open:
            raise EvaluationError("NameError", f"the connection {operation.connection} is not open")
        try:
            if operation.action == "connect":
                self._connect(operation, state)
                return {}
            return _done(operation, self._open[operation.connection], state)
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError, TypeError) as failure:
            kind = kind_of(failure)
        raise EvaluationError(kind, f"{operation.action} of a database")

    def _connect(self, operation: SqlOperation, state: State) -> None:
        assert operation.database is not None
        value = evaluate(operation.database.path, state)
        path = ":memory:" if value == ":memory:" else self._folders.located(operation.database, state)
        level: Literal["DEFERRED"] | None = "DEFERRED" if operation.transactions == "implicit" else None
        held = self._open.pop(operation.connection, None)
        if held is not None:
            held.close()
        self._open[operation.connection] = sqlite3.connect(path, isolation_level=level)


def _done(operation: SqlOperation, connection: sqlite3.Connection, state: State) -> dict[str, Value]:
    match operation.action:
        case "commit":
            connection.commit()
        case "rollback":
            connection.rollback()
        case "close":
            connection.close()
        case "execute-script":
            connection.executescript(_statement(operation, state))
        case "execute-many":
            parameters = _parameters(operation, state)
            if not isinstance(parameters, list):
                raise EvaluationError("TypeError", f"parameters are {type_name(parameters)}, not list")
            done = connection.executemany(_statement(operation, state), parameters)
            return {"row_count": done.rowcount}
        case _:
            done = connection.execute(_statement(operation, state), _parameters(operation, state))
            columns = [column[0] for column in done.description or ()]
            return {
                "rows": [_row(operation, columns, row) for row in done.fetchall()],
                "columns": list[Value](columns),
                "row_count": done.rowcount,
                "last_row_id": done.lastrowid,
            }
    return {}


def _statement(operation: SqlOperation, state: State) -> str:
    value = None if operation.statement is None else evaluate(operation.statement, state)
    if not isinstance(value, str):
        raise EvaluationError("TypeError", f"a statement is {type_name(value)}, not text")
    return value


def _parameters(operation: SqlOperation, state: State) -> Any:
    return [] if operation.parameters is None else evaluate(operation.parameters, state)


def _row(operation: SqlOperation, columns: list[str], row: tuple[Any, ...]) -> Value:
    """A row in the shape that the operation says; what has no form in the value domain ends the run."""
    if any(isinstance(value, bytes) for value in row):
        raise UnmappedReached("a row holds a BLOB")
    if operation.row_shape == "lists":
        return list(row)
    if len(set(columns)) < len(columns):
        raise UnmappedReached("two columns have one name")
    return dict(zip(columns, row, strict=True))
