"""What a statement of SQL sets: the columns that it names, with the parameters that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.estate.inventory.sent import SentField, evidence_of
from migrate.model import Constant, Expression, RecordExpression, SequenceExpression

_INSERT = re.compile(
    r"\s*(?:INSERT|REPLACE)\b.*?\bINTO\s+[\w.\"`\[\]]+\s*\((?P<columns>[^()]*)\)\s*VALUES\s*(?P<values>.*)",
    re.IGNORECASE | re.DOTALL,
)
_UPDATE = re.compile(r"\s*UPDATE\s+[\w.\"`\[\]]+\s+SET\s+(?P<set>.*)", re.IGNORECASE | re.DOTALL)
_SET = re.compile(r"(?P<column>[\w\"`\[\]]+)\s*=\s*(?P<value>\?|%s|:\w+|%\(\w+\)s)")
_VALUE = re.compile(r"\?|%s|:\w+|%\(\w+\)s|'(?:[^']|'')*'|[\w.]+(?:\([^()]*\))?")


def columns_set(statement: Expression | None, parameters: Expression | None) -> tuple[SentField, ...]:
    """The columns that an INSERT or UPDATE sets to its parameters; none of a statement that is not a constant."""
    match statement:
        case Constant(value=str() as text) if parameters is not None:
            return tuple(_fields(list(_places(text)), parameters))
        case _:
            return ()


def _places(text: str) -> Iterator[tuple[str, str]]:
    """Column and placeholder, in the order of the placeholders."""
    if found := _INSERT.match(text):
        columns = [one.strip().strip('"`[]') for one in found["columns"].split(",")]
        row = found["values"].strip().removeprefix("(")
        yield from zip(columns, _VALUE.findall(row)[: len(columns)], strict=False)
    elif found := _UPDATE.match(text):
        for one in _SET.finditer(re.split(r"\bWHERE\b", found["set"], flags=re.IGNORECASE)[0]):
            yield one["column"].strip('"`[]'), one["value"]


def _fields(places: list[tuple[str, str]], parameters: Expression) -> Iterator[SentField]:
    match parameters:
        case SequenceExpression(items=items):
            given = dict(enumerate(items))
            marked = [column for column, mark in places if mark in ("?", "%s")]
            for number, column in enumerate(marked):
                if (value := given.get(number)) is not None:
                    yield SentField((column,), value, evidence_of(value), value.span)
        case RecordExpression(entries=entries):
            named = {entry.key: entry for entry in entries}
            for column, mark in places:
                entry = named.get(mark.strip("%():s") if mark.startswith("%") else mark.lstrip(":"))
                if entry is not None:
                    yield SentField((column,), entry.value, evidence_of(entry.value), entry.span)
        case _:
            return
