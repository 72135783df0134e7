"""Python's `sqlite3`.

Reads: `sqlite3.connect`; `execute`, `executemany`, `executescript`, `commit`, `rollback`, `close` of a connection;
    `cursor` with `execute`, `executemany`, `fetchone`, `fetchall`, going through the rows, `lastrowid`, `rowcount`;
    `row_factory = sqlite3.Row`; `with connection`; `contextlib.closing`.
Becomes: operations of one connection, with its transactions; all rows of a query are read where it is executed.
Cannot see: a query whose rows change while they are gone through; BLOBs; adapters, converters, functions, other row
    factories; a busy database.
Example:
    import sqlite3
    import requests
    connection = sqlite3.connect("shop.db")
    connection.row_factory = sqlite3.Row
    for row in connection.execute("SELECT id, total FROM orders WHERE status = ?", ("new",)).fetchall():
        requests.post("https://erp.example/orders", json={"total": row["total"]}).raise_for_status()
        connection.execute("UPDATE orders SET status = 'sent' WHERE id = ?", (row["id"],))
    connection.commit()
    connection.close()
"""

from __future__ import annotations

import re
from typing import Any

from extractors.clients.paths import place
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.loops import ITEM
from extractors.evaluator.parts import AFTER_ERROR, Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.state import choice
from extractors.evaluator.values import (
    NONE,
    DataObject,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, FilePath, Reference, SourceSpan, SqlOperation, values_of

KNOWLEDGE = Knowledge()
CONNECTION, CURSOR, ROW, ROWS = "sqlite3.Connection", "sqlite3.Cursor", "sqlite3.Row", "sqlite3.Rows"
_ID, _RESULT, _NEXT, _SHAPE, _COUNT = "(connection)", "(result)", "(next)", "(shape)", "(count)"
KNOWLEDGE.settable.add((CONNECTION, "row_factory"))


def _misfit(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Unknown:
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS103", f"this call of {name} is not followed", span)


def _held(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    return NONE if value is None else value


def _emit(context: Evaluator, connection: Pointer, action: Any, span: SourceSpan, **fields: Any) -> str:
    """An operation of a connection; the id of its result."""
    made = context.new_id("sql")
    name, level = (_held(context, connection, one) for one in (_ID, "isolation_level"))
    assert isinstance(name, Known)
    operation = SqlOperation(
        dialect="sqlite",
        connection=str(name.value),
        action=action,
        transactions="implicit" if level == Known("") else "autocommit",
        span=span,
        **fields,
    )
    if any(context.may_be_time(one) for one in values_of(operation)):
        context.gap("HS103", "a date or time as a parameter of a statement", span)
    context.emit(Request(made, operation, span))
    return made


@KNOWLEDGE.function("sqlite3.connect", "sqlite3.dbapi2.connect")
def _connect(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("database", "timeout", "detect_types", "isolation_level")
    at = place(context, bound["database"]) if bound is not None and "database" in bound else None
    level = (bound or {}).get("isolation_level", Known(""))
    plain = level in (Known(""), NONE) and isinstance((bound or {}).get("timeout", NONE), Known)
    if bound is None or at is None or not plain or "detect_types" in bound:
        return _misfit(context, "sqlite3.connect", arguments, span)
    connection = context.state.allocate(
        Instance(
            External(CONNECTION),
            {_ID: Known(context.new_id("connection")), "row_factory": NONE, "isolation_level": level},
        )
    )
    file = FilePath(folder=at.folder, path=context.snapshot(at.path, span), span=span)
    _emit(context, connection, "connect", span, database=file)
    return connection


# --- connections -------------------------------------------------------------------------------------------------


def _ends(name: str) -> None:
    @KNOWLEDGE.method(CONNECTION, name)
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        _emit(context, receiver, name, span)
        return NONE


for _name in ("commit", "rollback", "close"):
    _ends(_name)


@KNOWLEDGE.method(CONNECTION, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(CONNECTION, "__exit__")
def _exit(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    _emit(context, receiver, "commit", span)
    return NONE


@KNOWLEDGE.method(CONNECTION, AFTER_ERROR)
def _after_error(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Known("rollback")


@KNOWLEDGE.method(CONNECTION, "cursor")
def _cursor(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return _misfit(context, "cursor", arguments, span)
    return context.state.allocate(Instance(External(CURSOR), {_ID: receiver, _RESULT: NONE}))


def _executes(name: str, action: str) -> None:
    @KNOWLEDGE.method(CURSOR, name)
    def of_cursor(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _executed(context, receiver, name, action, arguments, span)

    @KNOWLEDGE.method(CONNECTION, name)
    def of_connection(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        cursor = context.state.allocate(Instance(External(CURSOR), {_ID: receiver, _RESULT: NONE}))
        return _executed(context, cursor, name, action, arguments, span)


_executes("execute", "execute")
_executes("executemany", "execute-many")
_executes("executescript", "execute-script")


def _executed(
    context: Evaluator, cursor: Pointer, name: str, action: str, arguments: Arguments, span: SourceSpan
) -> Value:
    connection = _held(context, cursor, _ID)
    bound = arguments.bind("sql", "parameters")
    if bound is None or "sql" not in bound or not isinstance(connection, Pointer):
        return _misfit(context, name, arguments, span)
    factory = _held(context, connection, "row_factory")
    if any(isinstance(value, Unknown) for value in bound.values()) or factory not in (NONE, External(ROW)):
        return _misfit(context, name, arguments, span)
    fields: dict[str, Any] = {"statement": context.snapshot(bound["sql"], span)}
    if "parameters" in bound:
        given = bound["parameters"]
        found = context.state.get(given) if isinstance(given, Pointer) else None
        if isinstance(found, Instance):
            return _misfit(context, name, arguments, span)
        fields["parameters"] = context.snapshot(given, span)
    if action == "execute":
        fields["row_shape"] = "maps" if factory == External(ROW) else "lists"
    result = _emit(context, connection, action, span, **fields)
    statement = bound["sql"].value if isinstance(bound["sql"], Known) else None
    count = columns_of(statement) if isinstance(statement, str) and factory == NONE else None
    for attribute, value in (
        (_RESULT, Known(result if action == "execute" else None)),
        (_NEXT, Known(0)),
        (_SHAPE, Known(fields.get("row_shape"))),
        (_COUNT, Known(count)),
    ):
        context.state.write((cursor.address, attribute), value)
    return cursor


def columns_of(statement: str) -> int | None:
    """How many columns the rows of a query have, as far as that can be told from its text."""
    plain = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", "x", statement, flags=re.DOTALL)
    while "(" in plain and (inner := re.sub(r"\([^()]*\)", " x ", plain)) != plain:
        plain = inner
    found = re.match(
        r"\s*SELECT\s+(?:DISTINCT\s+|ALL\s+)?(.*?)(?:\sFROM\s.*)?$", plain, re.IGNORECASE | re.DOTALL
    )
    if found is None or "(" in plain or ")" in plain:
        return None
    columns = found[1].split(",")
    return None if any(column.strip().endswith("*") for column in columns) else len(columns)


# --- rows --------------------------------------------------------------------------------------------------------


def _rows(context: Evaluator, cursor: Pointer) -> tuple[Expression, int] | None:
    """The rows of the last query and the number of the next; None where they are not known."""
    result, start = _held(context, cursor, _RESULT), _held(context, cursor, _NEXT)
    match result, start:
        case Known(value=str() as step), Known(value=int() as number):
            return Reference(step=step, part="rows"), number
        case _:
            return None


def _row(context: Evaluator, source: Pointer, item: Value) -> Value:
    """A row as the script has it: a tuple where the number of columns is known, a `Row`, or a list."""
    if not isinstance(item, Symbolic):
        return item
    if _held(context, source, _SHAPE) == Known("maps"):
        return context.state.allocate(Instance(External(ROW), {_RESULT: item}))
    count = _held(context, source, _COUNT)
    if isinstance(count, Known) and isinstance(count.value, int):
        numbers = (Constant(value=number) for number in range(count.value))
        return TupleValue(
            tuple(Symbolic(operators.call("python.member", item.expression, n)) for n in numbers)
        )
    return context.state.allocate(Instance(External("sqlite3.Tuple"), {_RESULT: item}))


@KNOWLEDGE.method(CURSOR, "fetchall", "__list__")
def _fetchall(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = _rows(context, receiver)
    if found is None or found[1]:
        return context.gap("HS103", "rows of a query that is not known, or that are partly taken", span)
    context.state.write((receiver.address, _NEXT), NONE)
    shape, count = _held(context, receiver, _SHAPE), _held(context, receiver, _COUNT)
    attributes = {_RESULT: Symbolic(found[0]), _SHAPE: shape, _COUNT: count}
    return context.state.allocate(Instance(External(ROWS), attributes))


@KNOWLEDGE.method(CURSOR, "__iter__")
def _iterate(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = _rows(context, receiver)
    if found is None or found[1]:
        return context.gap("HS103", "rows of a query that is not known, or that are partly taken", span)
    context.state.write((receiver.address, _NEXT), NONE)
    return Symbolic(found[0])


@KNOWLEDGE.method(CURSOR, ITEM)
@KNOWLEDGE.method(ROWS, ITEM)
def _item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _row(context, receiver, arguments.positional[0])


@KNOWLEDGE.method(CURSOR, "fetchone", "__next__")
def _fetchone(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The next row, or null."""
    found = _rows(context, receiver)
    if found is None or arguments.positional:
        return context.gap("HS103", "rows of a query that is not known, or that are taken already", span)
    rows, number = found
    context.state.write((receiver.address, _NEXT), Known(number + 1))
    at = Constant(value=number)
    there = operators.call("python.less", at, operators.call("python.length", rows))
    row = choice(there, operators.call("python.member", rows, at), Constant(value=None))
    if _held(context, receiver, _SHAPE) == Known("maps"):
        return context.state.allocate(Instance(External(ROW), {_RESULT: Symbolic(row)}))
    return Symbolic(row)


def _part(name: str, part: Any) -> None:
    def read(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        result = _held(context, receiver, _RESULT)
        if not (isinstance(result, Known) and isinstance(result.value, str)):
            return context.gap("HS103", f"{name} of a statement that is not known", span)
        return Symbolic(Reference(step=result.value, part=part))

    KNOWLEDGE.attributes[CURSOR, name] = read


_part("lastrowid", "last_row_id")
_part("rowcount", "row_count")


def _data(context: Evaluator, receiver: Pointer) -> Expression:
    value = _held(context, receiver, _RESULT)
    assert isinstance(value, Symbolic)
    return value.expression


@KNOWLEDGE.method(ROWS, "__iter__")
def _all_rows(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(_data(context, receiver))


@KNOWLEDGE.method(ROWS, "__bool__")
@KNOWLEDGE.method(ROW, "__bool__")
def _truth(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A list of rows is true unless it is empty, a row unless there is none."""
    return Symbolic(operators.call("python.truth", _data(context, receiver)))


@KNOWLEDGE.method(ROWS, "__len__")
def _length(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(operators.call("python.length", _data(context, receiver)))


@KNOWLEDGE.method(ROWS, "__getitem__")
def _one_row(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key = context.snapshot(arguments.positional[0], span)
    item = operators.call("python.member", _data(context, receiver), key)
    return _row(context, receiver, context.symbolic(item, span))


@KNOWLEDGE.method(ROW, "__getitem__")
def _column(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key = context.snapshot(arguments.positional[0], span)
    return context.symbolic(operators.call("sqlite3.row_item", _data(context, receiver), key), span)


@KNOWLEDGE.method("sqlite3.Tuple", "__getitem__")
def _field(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key = context.snapshot(arguments.positional[0], span)
    return context.symbolic(operators.call("python.member", _data(context, receiver), key), span)


@KNOWLEDGE.method(ROW, "keys")
def _keys(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.symbolic(operators.call("python.iterate", _data(context, receiver)), span)


@KNOWLEDGE.method(ROW, "__iter__")
def _values(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.symbolic(operators.call("python.values", _data(context, receiver)), span)


@KNOWLEDGE.method("sqlite3.Tuple", "__iter__")
def _fields(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(_data(context, receiver))


@KNOWLEDGE.method(ROW, "__dict__")
def _as_map(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """`dict(row)`."""
    expression = operators.call("merge", _data(context, receiver))
    context.symbolic(expression, span)
    return context.state.allocate(DataObject(expression, "map"))


@KNOWLEDGE.method(ROW, "__is_none__")
def _is_none(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Whether there is no row."""
    return context.symbolic(operators.call("is_null", _data(context, receiver)), span)


@KNOWLEDGE.method(CURSOR, "close")
def _close_cursor(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    context.state.write((receiver.address, _RESULT), NONE)
    return NONE
