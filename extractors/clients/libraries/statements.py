"""Statements that are sent to a database: what they do, and which value goes into which column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractors.clients.libraries.roots import root_of
from extractors.clients.libraries.values import Given
from extractors.evaluator import Evaluator, operators
from extractors.evaluator.described import Described
from migrate.model import (
    Call,
    Constant,
    Entry,
    Expression,
    RecordExpression,
    SequenceExpression,
    VariableReference,
)
from migrate.statements import Statement, parsed

_WORD = "hs_value"
"""Stands in a statement for what is known at run time only."""


@dataclass(frozen=True)
class Sent:
    """What an operation is about and what it sends; `used` are the arguments that stand in the content."""

    name: str
    action: Literal["read", "write"]
    resource: Expression | None = None
    content: Expression | None = None
    used: tuple[Expression, ...] = ()


def sent_statement(context: Evaluator, values: Given, of: Described | None) -> Sent:
    """The statement in the first argument with the values in the second; one that was made before as it was made."""
    first = next(iter(values.all().values()), None)
    if first is None:
        return Sent("execute", "write")
    root = root_of(context, first)
    if root is not None and root[0].sort == "statement":
        made = root[0]
        action: Literal["read", "write"] = "read" if made.path[:1] == ("SELECT",) else "write"
        content = made.content
        rest = list(values.all().values())[1:]
        if content is None and rest and action == "write":
            content = rest[0]
        return Sent(made.path[0], action, made.resource, content, (first,))
    text = text_of(first)
    statement = parsed(text) if text else None
    if statement is None:
        return Sent("execute", "write")
    given = list(values.all().values())[1:2]
    content = _content(statement, given[0]) if given and statement.action == "write" else None
    tables = [one for one in statement.tables if _WORD not in one]
    resource = Constant(value=tables[0]) if tables else None
    return Sent(
        statement.verb, statement.action, resource, content, tuple(given) if content is not None else ()
    )


def text_of(expression: Expression) -> str:
    """A statement as a text, with a word in the place of each value that is known at run time only."""
    match expression:
        case Constant(value=str() as text):
            return text
        case Call(function="concat" | "python.add", arguments=parts):
            return "".join(text_of(part) for part in parts)
        case Call(function="python.strip" | "python.text", arguments=(inner, *_)):
            return text_of(inner)
        case VariableReference(name=name):
            return name
        case _:
            return _WORD


def _content(statement: Statement, given: Expression) -> Expression | None:
    """The record that the statement writes: each column with the value of its placeholder."""
    match given:
        case RecordExpression(entries=entries):
            by_name = {entry.key: entry.value for entry in entries}
        case SequenceExpression(items=[RecordExpression(entries=entries), *_]):
            by_name = {entry.key: entry.value for entry in entries}
        case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
            if len(items) == 1 and isinstance(items[0], SequenceExpression):
                items = items[0].items
            elif len(items) == 1 and isinstance(items[0], Call) and items[0].function == "python.tuple":
                items = items[0].arguments
            numbered = dict(enumerate(items))
            return _record(
                statement, lambda place: numbered.get(place) if isinstance(place, int) else None, given
            )
        case _:
            return _record(
                statement,
                lambda place: (
                    operators.call("python.member", given, Constant(value=place))
                    if place is not None
                    else None
                ),
                given,
            )
    return _record(statement, lambda place: by_name.get(str(place)), given)


def _record(statement: Statement, value_at, given: Expression) -> Expression:  # type: ignore[no-untyped-def]
    entries = []
    for number, column in enumerate(statement.columns):
        place = statement.places[number] if number < len(statement.places) else None
        value = value_at(place)
        if value is not None:
            entries.append(Entry(key=column, value=value, span=value.span))
    return RecordExpression(entries=tuple(entries)) if entries else given
